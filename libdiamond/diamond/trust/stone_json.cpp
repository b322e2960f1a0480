#include <diamond/trust/stone_json.h>

#include <cmath>
#include <string>

namespace diamond {

Json value_in(const Diamond& stone, Field field) {
  switch (field) {
    case Field::cut:
      return name_of(stone.cut);
    case Field::color:
      return name_of(stone.color);
    case Field::clarity:
      return name_of(stone.clarity);
    default:
      return value_of(stone, *parse_quantity(name_of(field)));
  }
}

Json to_json(const PricedDiamond& diamond) {
  Json json = Json::object();
  for (std::size_t i = 0; i < field_count; ++i)
    json[std::string(field_names[i])] = value_in(diamond.stone, static_cast<Field>(i));
  json["price"] = diamond.price;
  return json;
}

Json to_json(const Neighbour& neighbour) {
  Json json = to_json(neighbour.stone);
  json["distance"] = std::round(neighbour.steps * 1000) / 1000;
  return json;
}

}  // namespace diamond
