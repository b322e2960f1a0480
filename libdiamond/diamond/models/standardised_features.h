// A stone as a Gaussian process sees it: nine numbers of like spread. Of this library's own models
// only.
#pragma once

#include <diamond/core/field_set.h>
#include <diamond/core/json.h>
#include <diamond/core/table.h>

#include <array>
#include <cstddef>

namespace diamond::gaussian {

/// log carat; cut, color and clarity, 0 the worst; depth; table; log x; log(x / y);
/// log(x·y·z / carat), which is the inverse density. Logarithms, since prices are products of
/// powers rather than sums.
inline constexpr std::size_t feature_count = 9;
using Features = std::array<double, feature_count>;

/// The fields that each follows from.
inline constexpr std::array<FieldSet, feature_count> feature_fields = {
    {{Field::carat},
     {Field::cut},
     {Field::color},
     {Field::clarity},
     {Field::depth},
     {Field::table},
     {Field::x},
     {Field::x, Field::y},
     {Field::carat, Field::x, Field::y, Field::z}}};

/// Clips each feature to the range of nearly all training rows, so that an impossible stone counts
/// as the most extreme of the possible ones, and brings it to mean 0 and standard deviation 1.
class StandardisedFeatures {
 public:
  /// Learns the ranges from some rows. Requires: there is one.
  explicit StandardisedFeatures(const TableView& rows);

  /// What `to_json` wrote. Throws a Json::exception, or std::runtime_error, where it is not that.
  explicit StandardisedFeatures(const Json& json);

  [[nodiscard]] Json to_json() const;

  /// Finite, whatever the stone's numbers are.
  [[nodiscard]] Features encode(const Diamond& stone) const;

  /// The mean of log carat, clipped, over the rows that the ranges were learned from.
  [[nodiscard]] double mean_log_carat() const { return ranges_.front().mean; }

 private:
  struct Range {
    double low = 0;
    double high = 0;
    double mean = 0;       // of the clipped values
    double deviation = 1;  // theirs
  };

  std::array<Range, feature_count> ranges_;
};

}  // namespace diamond::gaussian
