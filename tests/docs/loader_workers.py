"""Reads a set with the dataset of docs/recipes/pytorch.md as DataLoader does: the main process reads an image first, then
worker processes get the dataset once, numbers of images from a queue, and give back what they read.

usage: loader_workers.py LOCATION fork|spawn
"""
import hashlib
import multiprocessing
import sys


def digest(sample):
    picture, annotations = sample
    return hashlib.sha256(picture.tobytes() + repr(annotations).encode()).hexdigest()


def work(dataset, numbers, results):
    while (n := numbers.get()) is not None:
        results.put((n, digest(dataset[n])))


if __name__ == "__main__":
    sys.path.insert(0, "")
    from packed_dataset import PackedDataset

    location, start = sys.argv[1:]
    expected = [digest(sample) for sample in map(PackedDataset("birds").__getitem__, range(25))]
    dataset = PackedDataset(location)
    assert digest(dataset[0]) == expected[0]
    context = multiprocessing.get_context(start)
    queues = [context.Queue() for _ in range(3)]
    results = context.Queue()
    workers = [context.Process(target=work, args=(dataset, queue, results), daemon=True) for queue in queues]
    for worker in workers:
        worker.start()
    for n in range(len(dataset)):
        queues[n % 3].put(n)
    for queue in queues:
        queue.put(None)
    read = dict(results.get(timeout=60) for _ in range(len(dataset)))
    for worker in workers:
        worker.join()
    right = sum(read[n] == wanted for n, wanted in enumerate(expected))
    print(f"{right} of {len(dataset)}")
