#include <diamond/models/standardised_features.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace diamond::gaussian {
namespace {

constexpr double clipped_share = 0.002;  // of the training rows, at each end

constexpr std::array<std::string_view, feature_count> names = {
    "log_carat",           "cut", "color", "clarity", "depth", "table", "log_x", "log_roundness",
    "log_volume_per_carat"};

/// Not finite where a logarithm's argument is not above 0.
Features measure(const Diamond& stone) {
  return {std::log(stone.carat),
          static_cast<double>(stone.cut),
          static_cast<double>(stone.color),
          static_cast<double>(stone.clarity),
          stone.depth,
          stone.table,
          std::log(stone.x),
          std::log(stone.x / stone.y),
          std::log(stone.x * stone.y * stone.z / stone.carat)};
}

/// Between the two values where the share falls, as numpy.quantile does. Requires: `sorted` is not
/// empty.
double quantile(std::span<const double> sorted, double share) {
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return std::lerp(sorted[below], sorted[above], place - static_cast<double>(below));
}

double mean_of(std::span<const double> values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

double deviation_of(std::span<const double> values, double mean) {
  double sum = 0;
  for (const double value : values) sum += (value - mean) * (value - mean);
  return std::sqrt(sum / static_cast<double>(values.size()));
}

}  // namespace

StandardisedFeatures::StandardisedFeatures(const TableView& rows) {
  std::array<std::vector<double>, feature_count> columns;
  for (const std::uint32_t row : rows.rows) {
    const Features features = measure(rows.table.row(row).stone);
    for (std::size_t i = 0; i < feature_count; ++i)
      if (std::isfinite(features[i])) columns[i].push_back(features[i]);
  }
  for (std::size_t i = 0; i < feature_count; ++i) {
    std::vector<double>& values = columns[i];
    if (values.empty()) continue;  // no row has it: it is 0 for all
    std::sort(values.begin(), values.end());
    Range& range = ranges_[i];
    range.low = quantile(values, clipped_share);
    range.high = quantile(values, 1 - clipped_share);
    for (double& value : values) value = std::clamp(value, range.low, range.high);
    range.mean = mean_of(values);
    const double deviation = deviation_of(values, range.mean);
    if (range.high > range.low && deviation > 0) range.deviation = deviation;
  }
}

StandardisedFeatures::StandardisedFeatures(const Json& json) {
  if (json.size() != feature_count) throw std::runtime_error("other features");
  for (std::size_t i = 0; i < feature_count; ++i) {
    const Json& one = json.at(i);
    if (one.at("name").get<std::string>() != names[i]) throw std::runtime_error("other features");
    ranges_[i] = {one.at("low").get<double>(), one.at("high").get<double>(),
                  one.at("mean").get<double>(), one.at("deviation").get<double>()};
    if (!(ranges_[i].low <= ranges_[i].high) || !(ranges_[i].deviation > 0))
      throw std::runtime_error("not a range");
  }
}

Json StandardisedFeatures::to_json() const {
  Json json = Json::array();
  for (std::size_t i = 0; i < feature_count; ++i)
    json.push_back({{"name", names[i]},
                    {"low", ranges_[i].low},
                    {"high", ranges_[i].high},
                    {"mean", ranges_[i].mean},
                    {"deviation", ranges_[i].deviation}});
  return json;
}

Features StandardisedFeatures::encode(const Diamond& stone) const {
  Features features = measure(stone);
  for (std::size_t i = 0; i < feature_count; ++i) {
    const Range& range = ranges_[i];
    const double value = std::isnan(features[i]) ? range.mean : features[i];
    features[i] = (std::clamp(value, range.low, range.high) - range.mean) / range.deviation;
  }
  return features;
}

}  // namespace diamond::gaussian
