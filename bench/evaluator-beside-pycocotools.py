#!/usr/bin/env python3
"""Times an installed pycocotools on COCO keypoint files and prints its ten numbers.

usage: evaluator-beside-pycocotools.py TRUTH.json RESULTS.json

LeanPose on the same files, with the same lines:
  dotnet run -c Release --project bench/LeanPose.Benchmarks -- write-evaluator-files FOLDER [PERSONS]
  dotnet run -c Release --project bench/LeanPose.Benchmarks -- evaluate FOLDER/truth.json FOLDER/results.json
"""
import contextlib
import io
import sys
import time

from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

NAMES = ["AP", "AP50", "AP75", "APm", "APl", "AR", "AR50", "AR75", "ARm", "ARl"]

if len(sys.argv) != 3:
    sys.exit(__doc__)



def now():
    """By the clock, and of the processor, which a busy machine changes less."""
    return time.perf_counter(), time.process_time()


def show(name, start, end):
    print(f"{name:<10} {end[0] - start[0]:.3f} s, processor {end[1] - start[1]:.3f} s")


with contextlib.redirect_stdout(io.StringIO()):
    start = now()
    truth = COCO(sys.argv[1])
    truth.dataset.setdefault("info", {})  # some versions of loadRes ask for it
    results = truth.loadRes(sys.argv[2])
    read = now()
    evaluation = COCOeval(truth, results, "keypoints")
    evaluation.evaluate()
    evaluation.accumulate()
    evaluation.summarize()
    end = now()

show("reading", start, read)
show("evaluating", read, end)
for name, number in zip(NAMES, evaluation.stats):
    print(f"{name:<10} {number:.12f}")
