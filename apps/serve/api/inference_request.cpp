#include "inference_request.h"

#include "appraisals.h"
#include "request_body.h"
#include "stone_fields.h"

#include <diamond/core/spelling.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <span>
#include <utility>

namespace diamond::serve {
namespace {

constexpr std::array<std::string_view, 10> number_types = {
    "FP64", "FP32", "INT8", "INT16", "INT32", "INT64", "UINT8", "UINT16", "UINT32", "UINT64"};
constexpr std::array<std::string_view, 1> text_types = {"BYTES"};
constexpr const char* no_binary_data =
    "binary tensor data is not taken here: send \"data\" as JSON (tritonclient: binary_data=False)";

/// One field of all stones.
struct Tensor {
  Field field = Field::carat;
  std::vector<const Json*> elements;  // one for each stone
};

[[noreturn]] void refuse(std::string detail) {
  Problem problem = Problem::of_status(400);
  problem.detail = std::move(detail);
  throw ProblemError(std::move(problem));
}

std::string in_brackets(std::size_t index) {
  return "[" + std::to_string(index) + "]";
}

/// Null where it is absent or null.
const Json* find(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

/// `owner`: what errors call the object.
const Json& member(const Json& object, const char* key, const std::string& owner) {
  if (const Json* found = find(object, key)) return *found;
  refuse(owner + ": " + key + " is missing");
}

const std::string& text_member(const Json& object, const char* key, const std::string& owner) {
  const Json& value = member(object, key, owner);
  if (!value.is_string()) refuse(owner + ": " + key + " must be text");
  return value.get_ref<const std::string&>();
}

/// The name of an element of "inputs" or "outputs".
const std::string& name_in(const Json& element, const std::string& owner) {
  if (!element.is_object()) refuse(owner + " must be an object");
  return text_member(element, "name", owner);
}

Field input_called(const std::string& name, const std::string& owner) {
  if (const std::optional<Field> field = field_called(name)) return *field;
  const std::string_view meant = nearest_word(name, field_names);
  refuse(owner + ": " + printable(name) + " is not an input" +
         (meant.empty() ? "; inputs are " + join(field_names)
                        : ": did you mean '" + std::string(meant) + "'?"));
}

std::span<const std::string_view> types_of(Field field) {
  if (datatype_of(field) == text_types.front()) return text_types;
  return number_types;
}

void check_datatype(const Json& input, Field field, const std::string& name) {
  const std::string& type = text_member(input, "datatype", name);
  const std::span<const std::string_view> allowed = types_of(field);
  if (std::find(allowed.begin(), allowed.end(), type) == allowed.end())
    refuse(name + ": datatype must be " + join(allowed, " or ") + ", not " + printable(type));
}

/// The n of [n] or [n, 1].
std::size_t stones_in(const Json& shape, const std::string& name) {
  if (shape.is_array() && (shape.size() == 1 || (shape.size() == 2 && shape[1] == 1)) &&
      shape[0].is_number()) {
    const auto count = shape[0].get<double>();
    if (count >= 1 && count <= most_stones && count == std::floor(count))
      return static_cast<std::size_t>(count);
  }
  refuse(name + ": shape must be [n] or [n, 1] with n from 1 to " + std::to_string(most_stones) +
         ", not " + printable(shape.dump(-1, ' ', true, Json::error_handler_t::replace)));
}

/// Of a row of an [n, 1] tensor that is written as such.
const Json& only_element(const Json& row, const std::string& place) {
  if (row.is_array() && row.size() == 1) return row[0];
  refuse(place + " must be an array of one element, like those before it");
}

std::vector<const Json*> elements_of(const Json& data, const Json& shape, const std::string& name) {
  const std::size_t count = stones_in(shape, name);
  if (!data.is_array()) refuse(name + ": data must be an array");
  if (data.size() != count)
    refuse(name + ": data has " + std::to_string(data.size()) + " elements, its shape says " +
           std::to_string(count));
  const bool is_nested = shape.size() == 2 && data[0].is_array();
  std::vector<const Json*> elements;
  for (const Json& given : data) {
    const std::string place = name + in_brackets(elements.size());
    const Json& element = is_nested ? only_element(given, place) : given;
    if (element.is_null()) refuse(place + " is null: a tensor is left out as a whole, or not");
    elements.push_back(&element);
  }
  return elements;
}

/// Null where there are none.
const Json* parameters_of(const Json& object, const std::string& owner) {
  const Json* parameters = find(object, "parameters");
  if (parameters == nullptr || parameters->is_object()) return parameters;
  refuse(owner + ": parameters must be an object");
}

const Json& data_of(const Json& input, const std::string& name) {
  const Json* parameters = parameters_of(input, name);
  if (parameters != nullptr && parameters->contains("binary_data_size"))
    refuse(name + ": " + no_binary_data);
  return member(input, "data", name);
}

Tensor read_tensor(const Json& input, const std::string& owner) {
  const std::string& name = name_in(input, owner);
  Tensor tensor;
  tensor.field = input_called(name, owner);
  check_datatype(input, tensor.field, name);
  tensor.elements = elements_of(data_of(input, name), member(input, "shape", name), name);
  return tensor;
}

/// All have to be of as many stones as the first.
void check_fits(const Tensor& tensor, const std::vector<Tensor>& earlier) {
  const std::string name(name_of(tensor.field));
  for (const Tensor& other : earlier)
    if (other.field == tensor.field) refuse(name + " is given more than once");
  if (earlier.empty() || earlier.front().elements.size() == tensor.elements.size()) return;
  refuse(name + ": shape has " + std::to_string(tensor.elements.size()) + " stones, that of " +
         std::string(name_of(earlier.front().field)) + " has " +
         std::to_string(earlier.front().elements.size()));
}

std::vector<Tensor> read_tensors(const Json& inputs) {
  std::vector<Tensor> tensors;
  for (const Json& input : inputs) {
    Tensor tensor = read_tensor(input, "inputs" + in_brackets(tensors.size()));
    check_fits(tensor, tensors);
    tensors.push_back(std::move(tensor));
  }
  for (const Field field : needed_fields)
    if (std::none_of(tensors.begin(), tensors.end(),
                     [field](const Tensor& tensor) { return tensor.field == field; }))
      refuse("inputs: " + std::string(name_of(field)) + " is missing");
  return tensors;
}

/// The same rules as for a stone that is asked about by itself.
PartialDiamond read_stone_at(std::size_t index, const std::vector<Tensor>& tensors) {
  Json object = Json::object();
  for (const Tensor& tensor : tensors)
    object[std::string(name_of(tensor.field))] = *tensor.elements[index];
  try {
    FieldReader fields(object);
    return read_asked_stone(fields).stone;
  } catch (const ProblemError& error) {
    std::string detail;
    for (const FieldError& fault : error.problem().errors)
      detail +=
          (detail.empty() ? "" : "; ") + fault.field + in_brackets(index) + " " + fault.message;
    refuse(std::move(detail));
  }
}

std::vector<std::string> read_outputs(const Json& outputs) {
  if (!outputs.is_array()) refuse("outputs must be an array");
  std::vector<std::string> names;
  for (const Json& output : outputs) {
    const std::string owner = "outputs" + in_brackets(names.size());
    const std::string& name = name_in(output, owner);
    parameters_of(output, owner);
    if (std::find(names.begin(), names.end(), name) != names.end())
      refuse("outputs: " + printable(name) + " is asked for more than once");
    names.push_back(name);
  }
  return names;
}

/// Binary tensor data stands behind the JSON, so that the body as a whole is none.
JsonBody read_body(const Request& request) {
  try {
    return read_json_body(request);
  } catch (const ProblemError&) {
    if (request.body.find(R"("binary_data_size")") != std::string::npos) refuse(no_binary_data);
    throw;
  }
}

}  // namespace

InferenceRequest read_inference_request(const Request& request) {
  const JsonBody body = read_body(request);
  FieldReader fields(body);
  const Json* inputs = fields.array("inputs", field_count);
  fields.finish();
  parameters_of(body.object, "request");
  InferenceRequest asked;
  if (const Json* id = find(body.object, "id")) {
    if (!id->is_string()) refuse("id must be text");
    asked.id = id->get<std::string>();
  }
  if (const Json* outputs = find(body.object, "outputs")) asked.outputs = read_outputs(*outputs);
  const std::vector<Tensor> tensors = read_tensors(*inputs);
  for (std::size_t i = 0; i < tensors.front().elements.size(); ++i)
    asked.stones.push_back(read_stone_at(i, tensors));
  return asked;
}

std::string_view datatype_of(Field field) {
  return parse_quantity(name_of(field)) ? number_types.front() : text_types.front();
}

}  // namespace diamond::serve
