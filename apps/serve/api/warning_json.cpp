#include "warning_json.h"

#include "stone_json.h"

#include <string>

namespace diamond::serve {
namespace {

Json to_json(const std::vector<Suggestion>& suggested) {
  Json json = Json::object();
  for (const auto& [quantity, value] : suggested) json[std::string(info(quantity).name)] = value;
  return json;
}

Json to_json(FieldSet fields) {
  Json json = Json::array();
  for (std::size_t i = 0; i < field_count; ++i)
    if (fields.contains(static_cast<Field>(i))) json.push_back(field_names[i]);
  return json;
}

}  // namespace

Json to_json(const Warning& warning) {
  Json json = {{"field", name_of(warning.field)},
               {"message", warning.message},
               {"code", name_of(warning.code)}};
  if (!warning.suggested.empty()) json["suggested"] = to_json(warning.suggested);
  if (warning.from.size() > 0) json["from"] = to_json(warning.from);
  if (const auto& range = warning.range)
    json["range"] = {{"low", range->low}, {"high", range->high}};
  if (warning.nearest) json["nearest"] = to_json(*warning.nearest);
  return json;
}

Json to_json(const UnknownField& unknown) {
  Json json = {{"field", unknown.field}, {"message", unknown.message}, {"code", "unknown-field"}};
  if (!unknown.meant.empty()) json["suggested_field"] = unknown.meant;
  return json;
}

}  // namespace diamond::serve
