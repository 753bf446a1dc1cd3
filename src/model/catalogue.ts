/** What an issue code means in general; the issue itself tells about the case at hand. */
export interface CatalogueEntry {
  /** One line, for tables. */
  readonly title: string;
  /** What to do about it. */
  readonly remedy: string;
}

/** Every issue code, in the order of the stages that find them. Codes are stable: scripts compare them. */
export const catalogue: Readonly<Record<string, CatalogueEntry>> = {
  "run-continued": {
    title: "An interrupted run that is continued",
    remedy: "None needed; with --no-resume it begins anew.",
  },
  "run-begun-anew": {
    title: "An interrupted run that cannot be continued",
    remedy: "None needed; leave dataset and options as they are until a run has ended to have it continued.",
  },
  "not-a-regular-file": {
    title: "A FIFO, socket or device among the files",
    remedy: "Remove it, or put a regular file in its place.",
  },
  "set-file-size": {
    title: "A file of a set that is not of the size its manifest says",
    remedy: "Run verify; then fetch the set again from where it came, or pack the dataset again.",
  },
  "set-passed-over": {
    title: "A packed set inside the dataset",
    remedy: "Move it elsewhere; pack the dataset it was made from, not the set.",
  },
  "name-not-utf8": {
    title: "A file name that is not UTF-8",
    remedy: "Rename the file; `convmv` renames whole folders.",
  },
  "unreadable-folder": {
    title: "A folder that cannot be listed",
    remedy: "Grant read and search permission, or leave the folder out.",
  },
  "link-dangling": {
    title: "A symbolic link to something that is not there",
    remedy: "Restore the target, or remove the link.",
  },
  "link-loop": {
    title: "A symbolic link to a folder it lies in, or one folder link below another",
    remedy: "Remove the link, or put the folder itself in its place.",
  },
  "link-outside": {
    title: "A symbolic link to a folder outside the dataset",
    remedy: "Name the target as the dataset, or put the folder itself in place of the link.",
  },
  "video-frames": {
    title: "A video whose frames became images",
    remedy: "Nothing; --every and --at take fewer frames, --no-videos leaves videos out.",
  },
  "archive-left-out": {
    title: "An archive among the files, which was not looked into",
    remedy: "Name the archive itself as the dataset, or with --images or --labels, if it is wanted.",
  },
  "video-left-out": {
    title: "Videos that were passed over: --no-videos asks for it, and `convert` takes image files only",
    remedy:
      "Leave out --no-videos; instead of converting, `run` the dataset, then `extract --labels-as FORMAT`.",
  },
  "video-without-ffmpeg": {
    title: "A video among images, whose frames were not taken as there is no ffmpeg",
    remedy: "Install ffmpeg and run again; --no-videos leaves videos out without a reject.",
  },
  "video-has-frames": {
    title: "A video beside a folder of its name with images, which are taken for its frames",
    remedy: "Nothing, if they are; else rename the folder or the video.",
  },
  "video-streams": {
    title: "A video with several streams of pictures, of which the first is read",
    remedy: "Put the others into files of their own: `ffmpeg -i FILE -map 0:v:1 -c copy OTHER`.",
  },
  "video-time-beyond": {
    title: "A time of --at behind the end of a video",
    remedy: "Look up with inspect how long the video is.",
  },
  "video-damaged": {
    title: "A frame of a video that lies behind damage, or behind the end of a file that was cut off",
    remedy: "Copy or download the video again; the frames before were packed.",
  },
  "video-unreadable": {
    title: "A video that ffmpeg cannot open",
    remedy: "Copy or download it again, or leave it out; --no-videos leaves all out.",
  },
  "archive-entry-name": {
    title: "An entry of an archive whose name leads out of it: an absolute path, a drive letter or `..`",
    remedy: "Make the archive anew from within the dataset's folder.",
  },
  "archive-entry-link": {
    title: "A symbolic or hard link in an archive",
    remedy: "Make the archive anew with what the links lead to (tar --dereference --hard-dereference).",
  },
  "archive-entry-encrypted": {
    title: "An encrypted entry of an archive",
    remedy: "Unpack the archive with its password, and name the folder.",
  },
  "archive-entry-method": {
    title: "An entry of an archive that is compressed or stored in a way that is not read",
    remedy: "Make the archive anew with DEFLATE, or unpack it and name the folder.",
  },
  "archive-entry-duplicate": {
    title: "Entries of an archive that have the same name",
    remedy: "Make the archive anew; which of them is meant cannot be told.",
  },
  "archive-entry-inflates": {
    title: "An entry of an archive that is said to inflate beyond all measure, as in a zip bomb",
    remedy: "If it is sound, unpack the archive and name the folder.",
  },
  "archive-entry-damaged": {
    title: "An entry of an archive that is not what the archive says of it",
    remedy: "Copy or download the archive again.",
  },
  "archive-name-encoding": {
    title: "A zip with names that are not UTF-8, read as code page 437",
    remedy: "If names look wrong, make the archive anew with UTF-8 names, or unpack it and name the folder.",
  },
  "archive-end": {
    title: "A tar without its end mark, or with more behind it",
    remedy: "Compare the archive with the one it was copied from.",
  },
  "archive-nested": {
    title: "An archive that holds nothing but another one, which was read",
    remedy: "Nothing, if the inner archive is the dataset.",
  },
  "archive-folder": {
    title: "An archive in which everything lies in one folder, which was taken as the dataset's",
    remedy: "Nothing; the names of frames begin below that folder.",
  },
  "format-not-read": {
    title: "Labels in a further format that were not read",
    remedy: "Pass --format to read that one instead, or pack its folder alone.",
  },
  "class-conflict": {
    title: "A class that two label sources describe differently",
    remedy: "Rename one with --class-map if they are not the same class.",
  },
  "class-lists-joined": {
    title: "Labels of several places, with different classes, were put together",
    remedy: "Check that classes of the same name mean the same; rename them with --class-map if not.",
  },
  "ignored-region": {
    title: "A region that is not to be judged",
    remedy: "None needed; --keep-ignore keeps such regions as crowds.",
  },
  "box-as-polygon": {
    title: "An object without an outline, which --task segment gave that of its box",
    remedy: "Draw its outline if the box is too rough; leave out --task segment if boxes are enough.",
  },
  "class-not-wanted": {
    title: "An object of a class that is not wanted",
    remedy: "None needed; change --classes, --drop-class or --class-map to keep it.",
  },
  "class-names-alike": {
    title: "Class names that differ only by case",
    remedy: "If they are one class, join them with --class-map.",
  },
  "image-duplicate": {
    title: "An image that is byte for byte the same as one before",
    remedy: "None needed; without --dedupe it is kept.",
  },
  "label-not-kept": {
    title: "A label file that --keep-labels could not read",
    remedy: "Grant read permission, or restore the file.",
  },
  "row-without-image": {
    title: "A row of a table that names no image",
    remedy: "Fill in the column of the image, or delete the row.",
  },
  "row-invalid": {
    title: "A row of a table that does not hold what its columns should",
    remedy: "Correct the row.",
  },
  "label-not-certain": {
    title: "A label of a whole image that is verified to be absent, or not verified",
    remedy: "None needed; only verified labels become classes of the image.",
  },
  "mask-missing": {
    title: "A mask that is not there",
    remedy: "Unpack the masks below the label folder.",
  },
  "parquet-unreadable": {
    title: "A Parquet file that cannot be read",
    remedy: "Write it again; it needs a column file_name.",
  },
  "box-maybe-corners": {
    title: "A box that reaches out of its image, and would fit if it were two corners",
    remedy: "If all boxes are corners, write them as x, y, width, height.",
  },
  "labels-missing": {
    title: "No labels of a known format",
    remedy: "Name the folder of the labels with --labels, or their format with --format.",
  },
  "image-in-label": {
    title: "A label file that holds the image itself, of which there is no file",
    remedy: "Write the images into files beside the labels, under the names in imagePath, and run again.",
  },
  "label-without-image": {
    title: "A label file whose image is not there",
    remedy: "Add the image, or pass --skip-missing-images.",
  },
  "image-not-in-set": {
    title: "Labels of images that are there, but not in the bundle that annotate labels",
    remedy:
      "Nothing, if --pattern or --dedupe left the images out, or they are damaged; else pack the dataset again.",
  },
  "label-name-differs": {
    title: "A label file found only by ignoring case or Unicode form, or in another folder",
    remedy: "Check the pair; give both files the same name if it is right.",
  },
  "frame-name-taken": {
    title: "Two inputs that would become the same frame",
    remedy: "Rename one of them.",
  },
  "class-list-missing": {
    title: "No list of class names",
    remedy: "Add a data.yaml or a classes.txt with the names.",
  },
  "class-list-invalid": {
    title: "A class list that cannot be read in full",
    remedy: "Correct the file; the message names the line.",
  },
  "class-list-gap": {
    title: "A class number without a name",
    remedy: "Name every class from 0 on in data.yaml.",
  },
  "class-name-duplicate": {
    title: "Two classes with the same name become one",
    remedy: "Give each class its own name, or leave it if they are the same.",
  },
  "class-out-of-range": {
    title: "A class number beyond the class list",
    remedy: "Add the class to the list, or correct the label file.",
  },
  "split-not-found": {
    title: "A split that leads nowhere",
    remedy: "Correct the path of the split, or ignore it if the split is not in this copy.",
  },
  "label-row-invalid": {
    title: "A row of a label file that cannot be read",
    remedy: "Correct the row; the message names what is wrong.",
  },
  "label-encoding": {
    title: "A label file with a byte order mark, or not in UTF-8",
    remedy: "Save the file as UTF-8 without byte order mark.",
  },
  "label-not-text": {
    title: "A label file that is not text",
    remedy: "Restore the file from its source.",
  },
  "image-unreadable": {
    title: "An image that cannot be opened",
    remedy: "Check its permissions, and that nothing moves files while the run is on.",
  },
  "image-truncated": {
    title: "An image without its end marker",
    remedy: "It was packed as it is. Copy it again from its source if it does not open.",
  },
  "image-not-for-media": {
    title:
      "An image that the bundle cannot hold: an mp4 takes JPEG and PNG below 2 GiB, a compressed video " +
      "what ffmpeg decodes, a lossless one nothing beyond 8-bit RGB",
    remedy: "Pack with `--media zip`, which holds every image as it is.",
  },
  "image-undecodable": {
    title: "An image that gives no picture, so that it cannot be a frame of a compressed video",
    remedy: "Copy it again from its source if it does not open, or pack with `--codec copy`.",
  },
  "image-reduced": {
    title: "An image with alpha, more than 8 bits or CMYK, of which a compressed video keeps 8-bit RGB",
    remedy: "Pack with `--codec copy` if that matters.",
  },
  "image-extension": {
    title: "An image whose extension does not fit its content",
    remedy:
      "It was packed as it is; the manifest names the true codec. Rename it if a reader trusts extensions.",
  },
  "label-unreadable": {
    title: "A label file that cannot be opened",
    remedy: "Check its permissions, and that nothing moves files while the run is on.",
  },
  "label-of-rejected-image": {
    title: "Labels left out because their image was",
    remedy: "Mend the image; its own line in rejects.jsonl says what is wrong with it.",
  },
  "placeholder-size": {
    title: "A declared image size that no image can have",
    remedy: "Correct the size in the label file.",
  },
  "image-empty": {
    title: "An image file of 0 bytes",
    remedy: "Copy the file again from its source.",
  },
  "image-unknown": {
    title: "A file with the name of an image whose content is none",
    remedy: "Restore the file from its source, or remove it.",
  },
  "image-header-truncated": {
    title: "An image that ends before its size is stated",
    remedy: "Copy the file again from its source.",
  },
  "exif-assumed-upright": {
    title: "An image with an EXIF orientation, and labels that do not tell whether it was applied",
    remedy:
      "Look at some of these images with their boxes. Labels that are off were drawn on the stored pixels.",
  },
  "size-mismatch": {
    title: "Labels drawn on an image of another size",
    remedy: "Restore the image the labels were made for, or draw them again.",
  },
  "annotation-not-finite": {
    title: "An annotation with NaN or infinity among its coordinates",
    remedy: "Correct the annotation in its label file.",
  },
  "annotation-out-of-bounds": {
    title: "An annotation far away from its image",
    remedy: "Correct the annotation; coordinates may be in another unit than the format's.",
  },
  "annotation-empty": {
    title: "A box without width or height",
    remedy: "Remove the annotation, or give it a size.",
  },
  "annotation-outside": {
    title: "A box wholly outside its image",
    remedy: "Correct the annotation, or restore the image it was made for.",
  },
  "annotation-mostly-outside": {
    title: "A box with more than a tenth of its area outside the image, clipped",
    remedy: "Look at the image with its boxes; the label file may belong to another image.",
  },
  "annotation-clipped": {
    title: "A box that stuck out of the image, clipped",
    remedy: "Nothing, if the object goes on beyond the edge of the image.",
  },
  "duplicate-annotation": {
    title: "The same class and geometry twice on an image; the first is kept",
    remedy: "Remove the second one from the label file.",
  },
  "segmentation-invalid": {
    title: "A polygon or mask that no reader accepts, left out; its box is kept",
    remedy: "Draw the outline again, or keep the box alone.",
  },
  "keypoints-invalid": {
    title: "Keypoints that are not triples of numbers near the image, left out",
    remedy: "Correct them to x, y, visibility for each keypoint.",
  },
  "xml-doctype": {
    title:
      "An XML label file that declares a DOCTYPE, which can make a parser read other files or grow without bound",
    remedy: "Remove the DOCTYPE line.",
  },
  "xml-malformed": {
    title: "A label file that is not well-formed XML",
    remedy: "Correct the line the message names, or export the file again.",
  },
  "xml-not-voc": {
    title: "An XML file among VOC annotations that is none",
    remedy: "Move it out of the folder, if it is no label.",
  },
  "object-without-name": {
    title: "An object without a class name",
    remedy: "Name it, or delete it.",
  },
  "object-without-box": {
    title: "An object whose bndbox is missing or incomplete",
    remedy: "Draw its box, or delete it.",
  },
  "coordinate-invalid": {
    title: "A coordinate that is not a number",
    remedy: "Correct the coordinate; decimals are written with a point.",
  },
  "object-deleted": {
    title: "An object that its label file marks as deleted, left out",
    remedy: "None needed; take the mark away if it should be there.",
  },
  "voc-offset": {
    title: "A VOC file whose coordinates count from 1, taken as such",
    remedy: "Pass --voc-offset none if they count from 0.",
  },
  "json-malformed": {
    title: "A label file that is not JSON as its format has it",
    remedy: "Correct the place the message names, or export the file again.",
  },
  "json-truncated": {
    title: "A JSON label file that ends in the middle",
    remedy: "Copy or export it again; nothing of it was used.",
  },
  "coco-image-invalid": {
    title: "An image record without an id or a file name",
    remedy: "Correct the record, or export the file again.",
  },
  "image-id-duplicate": {
    title: "Two image records with the same id; the first is kept",
    remedy: "Give each image its own id.",
  },
  "image-listed-twice": {
    title: "An image that two label files, or two records of one, describe",
    remedy: "Check that their annotations are not the same; leave one file out if they are.",
  },
  "image-unknown-id": {
    title: "An annotation of an image that is not in the list of images",
    remedy: "Add the image record, or remove the annotation.",
  },
  "category-unknown": {
    title: "An annotation of a category that is not in the list of categories",
    remedy: "Add the category, or correct the annotation's category_id.",
  },
  "category-invalid": {
    title: "A category record without an id or a name",
    remedy: "Correct the record.",
  },
  "annotation-invalid": {
    title: "An annotation record that cannot be read",
    remedy: "Correct the record; the message names what is wrong.",
  },
  "number-as-text": {
    title: "Numbers that are written as text",
    remedy: "Write ids and coordinates without quotes; other tools will stumble over them.",
  },
  "mot-detections-skipped": {
    title: "Detections of a sequence beside ground truth, left alone",
    remedy: "Remove the gt folders to read the detections.",
  },
  "label-count-differs": {
    title: "A list that announces another number of objects than follow",
    remedy: "Restore the list from its source.",
  },
  "mask-colour-unknown": {
    title: "Pixels of a mask in colours that no list of classes names, left out",
    remedy: "Add the colours to the list of classes; export masks without smoothing.",
  },
  "mask-unreadable": {
    title: "A mask image that is not there or cannot be read",
    remedy: "Put the mask where the label file says it is, as a PNG.",
  },
  "segment-without-pixels": {
    title: "A segment of a panoptic file whose id no pixel of the PNG has",
    remedy: "Export the PNGs and the JSON again, together.",
  },
  "segment-not-listed": {
    title: "Pixels of a panoptic PNG whose id the JSON does not list",
    remedy: "Export the PNGs and the JSON again, together.",
  },
  "coco-task-skipped": {
    title: "A COCO file of another task, left alone",
    remedy: "Nothing, if the objects are what you want; --format reads the other kind instead.",
  },
  "image-renamed": {
    title: "An image that gets another name in the layout it is written in",
    remedy: "None needed; rename one of the images in the source to choose the name yourself.",
  },
  "images-not-packed": {
    title: "Files that could hold the images, written with the labels alone",
    remedy: "Add --images copy if you want the images in them.",
  },
  "class-renamed": {
    title: "A class whose name a format cannot hold",
    remedy: "None needed; --class-map gives it a name of your choice.",
  },
  "image-name-missing": {
    title: "Labels that do not name their image",
    remedy: "Correct the record, or export the file again.",
  },
  "shape-without-area": {
    title: "A point or line, which COCO has no object for",
    remedy: "Draw a box or outline in its place, if it is an object.",
  },
  "shape-unknown": {
    title: "An annotation of a kind that is not read",
    remedy: "Draw it as a box, polygon or mask, or leave it out.",
  },
  "class-attribute-unclear": {
    title: "Regions with attributes of which none could be taken for their class",
    remedy: 'Call the attribute with the class "class".',
  },
  "mask-in-turned-view": {
    title: "A mask that was painted while the labelling tool showed the image turned",
    remedy: "Look at the image with its mask; draw the mask again if it lies elsewhere.",
  },
  "several-annotators": {
    title: "An image that was labelled more than once; the work of one annotator is taken",
    remedy: "Mark the annotation that is right as ground truth, or export it alone.",
  },
  "predictions-left-out": {
    title: "Predictions of a model, left out: labels are what people have drawn",
    remedy: "Accept the predictions in the labelling tool, if they are wanted.",
  },
};
