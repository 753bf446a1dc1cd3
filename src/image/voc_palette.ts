/** The 256 colours `[red, green, blue]` of Pascal VOC masks (FORMATS §1): the bits of an index go to the three in turn, highest first. */
export function vocPalette(): number[][] {
  return Array.from({ length: 256 }, (_, index) => {
    const colour = [0, 0, 0];
    for (let bit = 0; bit < 8; bit++) {
      colour[bit % 3] |= (index >> bit & 1) << (7 - Math.floor(bit / 3));
    }
    return colour;
  });
}
