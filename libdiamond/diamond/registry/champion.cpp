#include <diamond/core/error.h>
#include <diamond/registry/champion.h>

#include <algorithm>
#include <array>
#include <cstdio>

namespace diamond {
namespace {

std::string shown(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.4g", value);
  if (value >= 1000 || value <= -1000) std::snprintf(text.data(), text.size(), "%.0f", value);
  return text.data();
}

const Manifest* find(const std::vector<Manifest>& history, const std::string& id) {
  const auto found =
      std::find_if(history.begin(), history.end(), [&](const Manifest& m) { return m.id == id; });
  return found == history.end() ? nullptr : &*found;
}

}  // namespace

Json to_json(const Champion& champion) {
  const std::vector<std::string>& before = champion.before;
  Json json = {{"id", champion.id},
               {"promoted_at", champion.promoted_at},
               {"reason", champion.reason},
               {"previous", before.empty() ? Json() : Json(before.front())},
               {"earlier", Json::array()}};
  for (std::size_t i = 1; i < before.size(); ++i) json["earlier"].push_back(before[i]);
  return json;
}

Champion parse_champion(std::string_view text, std::string_view place) {
  try {
    const Json json = Json::parse(text);
    Champion champion;
    champion.id = json.at("id").get<std::string>();
    champion.promoted_at = json.at("promoted_at").get<std::string>();
    champion.reason = json.at("reason").get<std::string>();
    if (json.contains("previous") && !json["previous"].is_null())
      champion.before.push_back(json["previous"].get<std::string>());
    if (json.contains("earlier"))
      for (const Json& id : json["earlier"]) champion.before.push_back(id.get<std::string>());
    return champion;
  } catch (const Json::exception&) {
    throw StorageError(place, "this does not say who the champion is",
                       "choose one with `diamond-train promote ID`");
  }
}

const Manifest* best_by(Metric metric, const std::vector<const Manifest*>& models) {
  const Manifest* best = nullptr;
  for (const Manifest* model : models) {
    if (!model->metrics.contains(metric)) continue;
    if (best == nullptr ||
        improvement(metric, model->metrics.at(metric), best->metrics.at(metric)) > 0)
      best = model;
  }
  return best;
}

std::optional<Promotion> elect(const std::optional<Champion>& champion,
                               const std::vector<Manifest>& history, const Manifest& latest,
                               const PromotionRule& rule) {
  const Manifest* holder = champion ? find(history, champion->id) : nullptr;
  std::vector<const Manifest*> challengers;
  for (const Manifest& model : history)
    if (same_test_rows(model, latest) &&
        (holder == nullptr || model.created_at > champion->promoted_at))
      challengers.push_back(&model);
  const Manifest* best = best_by(rule.metric, challengers);
  if (best == nullptr) return std::nullopt;

  const std::string metric(info(rule.metric).name);
  const double value = best->metrics.at(rule.metric);
  const std::string score = metric + " " + shown(value);
  const std::string rows =
      std::to_string(best->split.test_rows) + " test rows of " + best->dataset.path;
  if (holder == nullptr)
    return Promotion{best->id, "the best of " + std::to_string(challengers.size()) + " by " +
                                   metric + ": " + score + " on the " + rows};
  if (!same_test_rows(*holder, *best) || !holder->metrics.contains(rule.metric))
    return Promotion{best->id, "trained on newer data: " + score + " on the " + rows +
                                   "; the champion before was judged on other rows"};
  const double before = holder->metrics.at(rule.metric);
  if (improvement(rule.metric, value, before) <= rule.min_improvement) return std::nullopt;
  return Promotion{best->id, score + " instead of " + shown(before) + " on the same " + rows};
}

}  // namespace diamond
