#include "endpoints.h"
#include "field_reader.h"
#include "request_body.h"
#include "stone_fields.h"

#include <diamond/trust/stone_json.h>

#include <string>

namespace diamond::serve {
namespace {

constexpr std::size_t most_neighbours = 1000;
constexpr std::size_t usual_neighbours = 10;

Outcome similar(const ModelKeeper& keeper, const Request& request) {
  const JsonBody body = read_json_body(request);
  FieldReader fields(body);
  const std::size_t count = fields.count("count", 1, most_neighbours, usual_neighbours);
  const PartialDiamond asked = read_asked_stone(fields).stone;

  const std::shared_ptr<const ServedModel> served = served_model(keeper);
  const Diamond stone = complete(asked, served->profile).stone;
  Json stones = Json::array();
  for (const Neighbour& neighbour : served->neighbours.nearest(stone, count))
    stones.push_back(to_json(neighbour));
  Outcome outcome;
  outcome.model_id = served->manifest.id;
  outcome.answer.body = R"({"model":)" + served->name + R"(,"stones":)" + stones.dump() + "}";
  outcome.logged_response = R"({"model":)" + served->name + R"(,"stones":)" +
                            std::to_string(stones.size()) + "}";  // which the data set holds
  return outcome;
}

}  // namespace

Endpoint similar_endpoint(const ModelKeeper& keeper) {
  return {"similar",
          "POST",
          "/similar",
          Right::prices,
          Logged::yes,
          Pace::patient,
          [&keeper](const Request& request) { return similar(keeper, request); }};
}

}  // namespace diamond::serve
