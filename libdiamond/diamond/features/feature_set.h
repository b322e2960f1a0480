// Design matrices for trees: each feature is a number that follows from one stone alone.
#pragma once

#include <diamond/core/field_set.h>
#include <diamond/core/table.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace diamond {

enum class FeatureType : std::uint8_t { number, category };

struct Feature {
  std::string_view name;
  std::string_view meaning;  // with the unit
  FeatureType type;
  FieldSet fields;  // that it follows from
  double (*value)(const Diamond& diamond);
};

/// Features in a fixed order. There are two sets:
///
/// - "notebook": the stone's nine fields in the price list's order, the grades as categories: what
///   the notebook's `diamond_xgb_preprocessor` makes.
/// - "derived": the nine fields with the grades as numbers, worst (0) to best, and what a jeweller
///   would work out from them. `features()` says what each is.
///
/// A value is never infinite; where it cannot be worked out (a division by zero) it is NaN, which
/// trees take as missing.
class FeatureSet {
 public:
  /// No set has more, so that a row fits into an array.
  static constexpr std::size_t most_columns = 63;

  /// The set of this name. Requires: it is one of `feature_set_names`.
  explicit FeatureSet(std::string_view name);

  [[nodiscard]] std::string_view name() const { return name_; }
  [[nodiscard]] std::span<const Feature> features() const { return features_; }
  [[nodiscard]] std::size_t columns() const { return features_.size(); }

  /// Fills `out`, (columns()).
  void encode(const Diamond& diamond, std::span<float> out) const;

  /// Fills `out`, (rows.size(), columns()), row-major.
  void encode(const Table& table, std::span<const std::uint32_t> rows, std::span<float> out) const;

 private:
  std::string_view name_;
  std::span<const Feature> features_;
};

/// "derived" and "notebook".
[[nodiscard]] std::vector<std::string_view> feature_set_names();

}  // namespace diamond
