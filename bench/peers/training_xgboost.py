#!/usr/bin/python3
"""A hundred trees as the original notebook grows them, with pandas and XGBoost.

Usage: training_xgboost.py FILE.csv

Prints one JSON line: the metrics on the test rows, and what it was measured with.
"""
import sys
import time

start = time.perf_counter()

import json

import pandas
import sklearn
import xgboost

sys.dont_write_bytecode = True  # beside the sources
import notebook

import_seconds = time.perf_counter() - start


def main(path):
    x_train, x_test, y_train, y_test = notebook.read_split(path)
    model = xgboost.XGBRegressor(tree_method="hist", enable_categorical=True,
                                 random_state=notebook.SEED, n_estimators=100)
    model.fit(x_train, y_train)
    print(json.dumps({
        **notebook.metrics(y_test, model.predict(x_test)),
        "import_seconds": import_seconds,
        "versions": {"XGBoost": xgboost.__version__, "pandas": pandas.__version__,
                     "scikit-learn": sklearn.__version__},
    }))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: training_xgboost.py FILE.csv")
    main(sys.argv[1])
