#!/usr/bin/env python3
"""Times an installed pycocotools on COCO keypoint files and prints its ten numbers.

usage: evaluator-beside-pycocotools.py TRUTH.json RESULTS.json

LeanPose on the same files, with the same lines:
  dotnet run -c Release --project bench/LeanPose.Benchmarks -- write-evaluator-files FOLDER
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

with contextlib.redirect_stdout(io.StringIO()):
    start = time.perf_counter()
    truth = COCO(sys.argv[1])
    truth.dataset.setdefault("info", {})  # some versions of loadRes ask for it
    results = truth.loadRes(sys.argv[2])
    read = time.perf_counter()
    evaluation = COCOeval(truth, results, "keypoints")
    evaluation.evaluate()
    evaluation.accumulate()
    evaluation.summarize()
    end = time.perf_counter()

print(f"{'reading':<10} {read - start:.3f} s")
print(f"{'evaluating':<10} {end - read:.3f} s")
for name, number in zip(NAMES, evaluation.stats):
    print(f"{name:<10} {number:.12f}")
