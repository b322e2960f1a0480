#include <diamond/trust/price_interval.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

namespace diamond {
namespace {

constexpr int file_version = 1;
constexpr std::size_t most_bands = 5;
constexpr std::size_t rows_of_a_band = 400;  // at least
constexpr std::size_t folds = 5;

/// How far a band's coverage may be from the whole's.
constexpr double most_deviation = 0.025;
constexpr double step = 0.005;

constexpr double power = 0.9;  // of the local error

/// The two scores between which a share `coverage` of all scores lies, and of those that are to
/// come: each tail has the rank that split conformal prediction gives it.
std::pair<double, double> tails(const std::vector<double>& sorted, double coverage) {
  const auto places = static_cast<double>(sorted.size() + 1);
  const double tail = places * (1 - coverage) / 2;
  const auto low = static_cast<std::size_t>(std::max(1.0, std::floor(tail)));
  return {sorted[low - 1], sorted[sorted.size() - low]};
}

/// The scores of one band of weights, and how much of them its intervals are to cover.
class CoverageChoice {
 public:
  CoverageChoice(std::vector<double> scores, double scales, double coverage)
      : scores_(std::move(scores)), scales_(scales), coverage_(coverage) {
    std::sort(scores_.begin(), scores_.end());
  }

  [[nodiscard]] double coverage() const { return coverage_; }
  [[nodiscard]] std::pair<double, double> chosen() const { return tails(scores_, coverage_); }
  void raise() { coverage_ += step; }

  /// What all the band's intervals together would gain in width, USD.
  [[nodiscard]] double cost_of_raising() const {
    return width(coverage_ + step) - width(coverage_);
  }

 private:
  [[nodiscard]] double width(double coverage) const {
    const auto [low, high] = tails(scores_, coverage);
    return (high - low) * scales_;
  }

  std::vector<double> scores_;
  double scales_;  // their sum
  double coverage_;
};

/// Raises, step by step, whichever costs least, until the mean coverage is reached.
void raise_to(std::vector<CoverageChoice>& bands, double mean) {
  const auto steps = std::lround(most_deviation / step * static_cast<double>(bands.size()));
  for (long i = 0; i < steps; ++i) {
    CoverageChoice* cheapest = nullptr;
    for (CoverageChoice& band : bands) {
      const bool has_room = band.coverage() < mean + most_deviation - step / 2;
      if (has_room && (cheapest == nullptr || band.cost_of_raising() < cheapest->cost_of_raising()))
        cheapest = &band;
    }
    cheapest->raise();
  }
}

}  // namespace

/// A row that was not trained on, as somebody sees it who has not learned from it.
struct IntervalPredictor::Scored {
  double log_carat = 0;
  double score = 0;  // (actual - price) / scale
  double scale = 0;
};

std::vector<IntervalPredictor::Band> IntervalPredictor::bands_of(const std::vector<Scored>& rows) {
  const std::size_t count = std::clamp<std::size_t>(rows.size() / rows_of_a_band, 1, most_bands);
  const double least = count == 1 ? coverage : coverage - most_deviation;
  std::vector<CoverageChoice> choices;
  std::vector<Band> bands;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t first = i * rows.size() / count;
    const std::size_t last = (i + 1) * rows.size() / count;
    std::vector<double> scores;
    double scales = 0;
    for (std::size_t row = first; row < last; ++row) {
      scores.push_back(rows[row].score);
      scales += rows[row].scale;
    }
    choices.emplace_back(std::move(scores), scales, least);
    bands.push_back({rows[(first + last) / 2].log_carat, 0, 0});
  }
  if (count > 1) raise_to(choices, coverage);
  for (std::size_t i = 0; i < count; ++i)
    std::tie(bands[i].low, bands[i].high) = choices[i].chosen();
  return bands;
}

IntervalPredictor::Band IntervalPredictor::quantiles(const std::vector<Band>& bands,
                                                     double log_carat) {
  const auto above = std::find_if(bands.begin(), bands.end(), [log_carat](const Band& band) {
    return band.log_carat > log_carat;
  });
  if (above == bands.begin()) return bands.front();
  if (above == bands.end()) return bands.back();
  const Band& below = *std::prev(above);
  const double share = (log_carat - below.log_carat) / (above->log_carat - below.log_carat);
  return {log_carat, std::lerp(below.low, above->low, share),
          std::lerp(below.high, above->high, share)};
}

double IntervalPredictor::scale_of(double local_error) {
  return std::pow(local_error, power);
}

IntervalFigures IntervalPredictor::cross_validated(const std::vector<Scored>& rows) {
  std::size_t covered = 0;
  double width = 0;
  for (std::size_t fold = 0; fold < folds; ++fold) {
    std::vector<Scored> others;
    for (std::size_t i = 0; i < rows.size(); ++i)
      if (i % folds != fold) others.push_back(rows[i]);
    const std::vector<Band> bands = bands_of(others);
    for (std::size_t i = fold; i < rows.size(); i += folds) {
      const Band band = quantiles(bands, rows[i].log_carat);
      if (rows[i].score >= band.low && rows[i].score <= band.high) ++covered;
      width += (band.high - band.low) * rows[i].scale;
    }
  }
  const auto count = static_cast<double>(rows.size());
  return {static_cast<double>(covered) / count, width / count};
}

std::optional<IntervalPredictor> IntervalPredictor::learn(const TableView& view,
                                                          std::span<const double> prices) {
  const std::size_t count = std::min(view.size(), most_rows);
  if (count < least_rows) return std::nullopt;
  std::vector<std::uint32_t> rows;
  std::vector<double> found;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t place = i * view.size() / count;
    rows.push_back(view.rows[place]);
    found.push_back(prices[place]);
  }
  LocalError::Learned errors = LocalError::learn({view.table, rows}, found);

  std::vector<Scored> scored;
  for (std::size_t i = 0; i < count; ++i) {
    const auto [stone, actual] = view.table.row(rows[i]);
    const double scale = scale_of(errors.of_others[i]);
    scored.push_back({std::log(stone.carat), (actual - found[i]) / scale, scale});
  }
  std::stable_sort(scored.begin(), scored.end(),
                   [](const Scored& a, const Scored& b) { return a.log_carat < b.log_carat; });
  IntervalPredictor predictor(std::move(errors.of_all));
  predictor.bands_ = bands_of(scored);
  predictor.figures_ = cross_validated(scored);
  if (!std::isfinite(predictor.figures_.mean_width)) return std::nullopt;
  return predictor;
}

PriceInterval IntervalPredictor::interval(const Diamond& stone, double price) const {
  const Band band = quantiles(bands_, std::log(stone.carat));
  const double scale = scale_of(local_error_.estimate(stone, price));
  const double low = price + std::min(0.0, band.low) * scale;
  const double high = price + std::max(0.0, band.high) * scale;
  return {std::clamp(low, 0.0, std::max(price, 0.0)), std::max({high, price, 0.0})};
}

Json IntervalPredictor::to_json() const {
  Json bands = Json::array();
  for (const Band& band : bands_)
    bands.push_back({{"log_carat", band.log_carat}, {"low", band.low}, {"high", band.high}});
  return {{"schema_version", file_version},
          {"coverage", coverage},
          {"bands", bands},
          {"local_error", local_error_.to_json()},
          {"figures", {{"coverage", figures_.coverage}, {"mean_width", figures_.mean_width}}}};
}

IntervalPredictor IntervalPredictor::from_json(const Json& json) {
  if (json.at("schema_version") != file_version || json.at("coverage") != coverage)
    throw std::runtime_error("another version");
  IntervalPredictor predictor(LocalError::from_json(json.at("local_error")));
  for (const Json& band : json.at("bands")) {
    predictor.bands_.push_back({band.at("log_carat").get<double>(), band.at("low").get<double>(),
                                band.at("high").get<double>()});
  }
  const auto is_lighter = [](const Band& a, const Band& b) { return a.log_carat < b.log_carat; };
  if (predictor.bands_.empty() ||
      !std::is_sorted(predictor.bands_.begin(), predictor.bands_.end(), is_lighter))
    throw std::runtime_error("these are no bands");
  predictor.figures_ = {json.at("figures").at("coverage").get<double>(),
                        json.at("figures").at("mean_width").get<double>()};
  return predictor;
}

}  // namespace diamond
