"""The price of a stone by FastAPI: the model loaded once, uvloop, httptools, two workers, no log.

service_fastapi.py PORT MODEL.ubj
"""
import os
import sys
from enum import Enum

import numpy
import uvicorn
import xgboost
from fastapi import FastAPI
from pydantic import BaseModel, Field

MODEL = os.environ.setdefault("MODEL", sys.argv[-1])  # the workers are processes of their own

CUT = ["Fair", "Good", "Very Good", "Premium", "Ideal"]
COLOR = ["J", "I", "H", "G", "F", "E", "D"]
CLARITY = ["I1", "SI2", "SI1", "VS2", "VS1", "VVS2", "VVS1", "IF"]
Cut = Enum("Cut", {name: name for name in CUT}, type=str)
Color = Enum("Color", {name: name for name in COLOR}, type=str)
Clarity = Enum("Clarity", {name: name for name in CLARITY}, type=str)


class Diamond(BaseModel):
    carat: float = Field(gt=0)
    cut: Cut
    color: Color
    clarity: Clarity
    depth: float = Field(gt=0)
    table: float = Field(gt=0)
    x: float = Field(gt=0)
    y: float = Field(gt=0)
    z: float = Field(gt=0)


app = FastAPI()
booster = xgboost.Booster(model_file=MODEL)
booster.set_param({"nthread": 1})


@app.post("/predict")
async def predict(diamond: Diamond):
    row = numpy.array([[diamond.carat, CUT.index(diamond.cut), COLOR.index(diamond.color), CLARITY.index(diamond.clarity),
                        diamond.depth, diamond.table, diamond.x, diamond.y, diamond.z]], dtype=numpy.float32)
    return {"predicted_value": round(float(booster.inplace_predict(row, validate_features=False)[0]), 2)}


if __name__ == "__main__":
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    uvicorn.run("service_fastapi:app", port=int(sys.argv[1]), workers=2, loop="uvloop", http="httptools",
                access_log=False, log_level="error")
