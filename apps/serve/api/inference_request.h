// An inference request of the Open Inference Protocol: its tensors, turned into stones.
//
// clang-format off
// Format (https://github.com/kserve/open-inference-protocol, inference_rest.md):
//   {"id"?: text, "parameters"?: {}, "inputs": [input, ...], "outputs"?: [{"name": text}, ...]}
//   input: {"name": text, "shape": [n] or [n, 1], "datatype": text, "parameters"?: {}, "data": [...]}
// clang-format on
//
// An input is one field of n stones: carat, depth, table, x, y, z as numbers, cut, color, clarity
// as BYTES, which are strings in JSON. `data` is flat, or nested as the shape says: [[1], [2]].
// Parameters are objects that are ignored, and what may be left out may be null.
#pragma once

#include "../http/message.h"

#include <diamond/trust/completion.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace diamond::serve {

struct InferenceRequest {
  std::optional<std::string> id;
  std::vector<PartialDiamond> stones;  // 1 to most_stones
  std::vector<std::string> outputs;    // names, each once; empty: all
};

/// Carat and grades are needed; the other inputs may be left out, each for all stones. Throws
/// ProblemError: as read_json_body does, or 400 that names the tensor and the index of what is
/// wrong. Binary tensor data, an extension of Triton's, is refused.
[[nodiscard]] InferenceRequest read_inference_request(const Request& request);

/// What a field's tensor is by rights: "FP64" or "BYTES". Other types of numbers are taken too.
[[nodiscard]] std::string_view datatype_of(Field field);

}  // namespace diamond::serve
