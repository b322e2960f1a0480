#!/usr/bin/python3
"""The linear model as the original notebook makes it, with pandas and scikit-learn.

Usage: linear_sklearn.py FILE.csv

Prints one JSON line: the metrics on the test rows, and what it was measured with.
"""
import sys
import time

start = time.perf_counter()

import json
import math

import numpy
import pandas
import sklearn
from sklearn.linear_model import LinearRegression
from sklearn.metrics import (mean_absolute_error, mean_absolute_percentage_error,
                             mean_squared_error, r2_score)
from sklearn.model_selection import train_test_split

import_seconds = time.perf_counter() - start


def main(path):
    data = pandas.read_csv(path)
    data = data[(data.x * data.y * data.z != 0) & (data.price > 0)]
    data = data.drop(columns=["depth", "table", "y", "z"])
    data = pandas.get_dummies(data, columns=["cut", "color", "clarity"], drop_first=True)

    x_train, x_test, y_train, y_test = train_test_split(
        data.drop(columns="price"), data.price, test_size=0.2, random_state=42)
    model = LinearRegression().fit(x_train, numpy.log(y_train))
    predicted = numpy.exp(model.predict(x_test))

    print(json.dumps({
        "r2": r2_score(y_test, predicted),
        "mae": mean_absolute_error(y_test, predicted),
        "rmse": math.sqrt(mean_squared_error(y_test, predicted)),
        "mape": mean_absolute_percentage_error(y_test, predicted),
        "import_seconds": import_seconds,
        "versions": {"pandas": pandas.__version__, "scikit-learn": sklearn.__version__},
    }))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: linear_sklearn.py FILE.csv")
    main(sys.argv[1])
