#!/usr/bin/python3
"""Adds the prices of an XGBoost model to a price list, with pandas and XGBoost.

Usage: prediction_xgboost.py MODEL.ubj STONES.csv OUT.csv all|prices

`all`: writes the list's own columns and the price; `prices`: the price only. Prints one JSON line:
what it was measured with.
"""
import sys
import time

start = time.perf_counter()

import json

import pandas
import xgboost
from pandas.api.types import CategoricalDtype

sys.dont_write_bytecode = True  # beside the sources
import notebook

import_seconds = time.perf_counter() - start
FIELDS = ["carat", "cut", "color", "clarity", "depth", "table", "x", "y", "z"]


def main(model, stones, out, columns):
    booster = xgboost.Booster(model_file=model)
    data = pandas.read_csv(stones, dtype={name: CategoricalDtype(grades, ordered=True)
                                          for name, grades in notebook.GRADES.items()})
    prices = booster.predict(xgboost.DMatrix(data[FIELDS], enable_categorical=True), validate_features=False)
    price = pandas.Series(prices.astype("float64")).round(2)
    table = data.assign(predicted_value=price) if columns == "all" else price.rename("predicted_value").to_frame()
    table.to_csv(out, index=False)
    print(json.dumps({"import_seconds": import_seconds,
                      "versions": {"XGBoost": xgboost.__version__, "pandas": pandas.__version__}}))


if __name__ == "__main__":
    if len(sys.argv) != 5 or sys.argv[4] not in ("all", "prices"):
        sys.exit("usage: prediction_xgboost.py MODEL.ubj STONES.csv OUT.csv all|prices")
    main(*sys.argv[1:])
