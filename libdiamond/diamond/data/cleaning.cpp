#include <diamond/core/error.h>
#include <diamond/core/parallel.h>
#include <diamond/data/cleaning.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <utility>

namespace diamond {
namespace {

constexpr std::array<const char*, 5> reasons = {"", "not_finite", "zero_dimension",
                                                "price_not_positive", "carat_not_positive"};
constexpr std::uint8_t kept = 0;  // the verdict that is no reason; the others index `reasons`

std::uint8_t verdict(const Table& table, std::size_t row) {
  for (const NumberColumn& column : table.numbers)
    if (!std::isfinite(column[row])) return 1;
  for (const Quantity dimension : {Quantity::x, Quantity::y, Quantity::z})
    if (table[dimension][row] <= 0) return 2;
  if (table[Quantity::price][row] <= 0) return 3;
  if (table[Quantity::carat][row] <= 0) return 4;
  return kept;
}

}  // namespace

std::vector<Rejection> clean(Table& table) {
  constexpr std::size_t piece = 65'536;
  std::vector<std::uint8_t> verdicts(table.rows());
  parallel_for(table.rows(), piece, [&](std::size_t first, std::size_t last) {
    for (std::size_t row = first; row < last; ++row) verdicts[row] = verdict(table, row);
  });

  std::vector<Rejection> rejections;
  for (std::size_t reason = 1; reason < reasons.size(); ++reason) {
    const auto rows =
        std::count(verdicts.begin(), verdicts.end(), static_cast<std::uint8_t>(reason));
    if (rows > 0) rejections.push_back({reasons[reason], static_cast<std::size_t>(rows)});
  }
  if (!rejections.empty()) {
    std::vector<std::uint8_t> keep(verdicts.size());
    std::transform(verdicts.begin(), verdicts.end(), keep.begin(),
                   [](std::uint8_t v) { return static_cast<std::uint8_t>(v == kept); });
    table.filter(keep);
  }
  return rejections;
}

void add_rejections(std::vector<Rejection>& all, const std::vector<Rejection>& more) {
  std::vector<Rejection> sum;
  for (std::size_t reason = 1; reason < reasons.size(); ++reason) {
    std::size_t rows = 0;
    for (const std::vector<Rejection>* part : {&std::as_const(all), &more})
      for (const Rejection& rejection : *part)
        if (rejection.reason == reasons[reason]) rows += rejection.rows;
    if (rows > 0) sum.push_back({reasons[reason], rows});
  }
  all = std::move(sum);
}

void check_rejections(const std::vector<Rejection>& rejections, std::size_t rows, double most,
                      const std::string& place) {
  std::size_t rejected = 0;
  std::string list;
  for (const Rejection& rejection : rejections) {
    rejected += rejection.rows;
    list += (list.empty() ? "" : ", ") + rejection.reason + " " + std::to_string(rejection.rows);
  }
  const double share =
      static_cast<double>(rejected) / static_cast<double>(std::max<std::size_t>(rows, 1));
  if (share <= most && rejected < rows) return;
  std::array<char, 96> text{};
  std::snprintf(text.data(), text.size(), "%zu of %zu rows (%.1f %%) cannot be learned from",
                rejected, rows, share * 100);
  throw DataError(place, std::string(text.data()) + ": " + list,
                  "mend the data, or allow more with --max-rejected (a share, 0 to 1)");
}

}  // namespace diamond
