#include <diamond/core/parallel.h>
#include <diamond/metrics/slices.h>
#include <diamond/metrics/values_at.h>

#include <algorithm>
#include <array>
#include <utility>

namespace diamond {
namespace {

/// Where a band of weights ends and the next begins, in carat.
constexpr std::array<double, 4> carat_edges = {0.5, 1, 1.5, 2};
constexpr std::array<std::string_view, 5> carat_bands = {"below 0.5", "0.5 to 1", "1 to 1.5",
                                                         "1.5 to 2", "from 2"};

/// A slice for each name; `group_of` tells which one a row of the table belongs to.
template <class GroupOf>
std::vector<Slice> slices_by(std::string_view field, std::span<const std::string_view> names,
                             const TableView& view, const GroupOf& group_of) {
  std::vector<Slice> slices;
  for (const std::string_view name : names)
    slices.push_back({std::string(field), std::string(name), {}});
  for (std::size_t place = 0; place < view.size(); ++place)
    slices[group_of(view.rows[place])].places.push_back(static_cast<std::uint32_t>(place));
  return slices;
}

std::vector<Slice> slices_by_carat(const TableView& view) {
  const NumberColumn& carat = view.table[Quantity::carat];
  return slices_by("carat", carat_bands, view, [&carat](std::uint32_t row) {
    const auto* const edge = std::upper_bound(carat_edges.begin(), carat_edges.end(), carat[row]);
    return static_cast<std::size_t>(edge - carat_edges.begin());
  });
}

template <class Grade>
std::vector<Slice> slices_by_grade(const TableView& view) {
  const std::vector<Grade>& grades = view.table.grades<Grade>();
  return slices_by(GradeInfo<Grade>::field, GradeInfo<Grade>::names, view,
                   [&grades](std::uint32_t row) { return static_cast<std::size_t>(grades[row]); });
}

}  // namespace

std::vector<Slice> slices_of(const TableView& view) {
  std::array<std::vector<Slice>, 4> by_field;
  parallel_for(by_field.size(), 1, [&](std::size_t field, std::size_t /*last*/) {
    if (field == 0) by_field[field] = slices_by_carat(view);
    if (field == 1) by_field[field] = slices_by_grade<Cut>(view);
    if (field == 2) by_field[field] = slices_by_grade<Color>(view);
    if (field == 3) by_field[field] = slices_by_grade<Clarity>(view);
  });
  std::vector<Slice> slices;
  for (std::vector<Slice>& some : by_field)
    for (Slice& slice : some)
      if (!slice.places.empty()) slices.push_back(std::move(slice));
  return slices;
}

std::vector<SliceFigures> evaluate_slices(const std::vector<Slice>& slices,
                                          std::span<const double> actual,
                                          std::span<const double> predicted,
                                          std::span<const Metric> metrics) {
  std::vector<SliceFigures> figures(slices.size());
  parallel_for(slices.size(), 1, [&](std::size_t i, std::size_t /*last*/) {
    const Slice& slice = slices[i];
    const std::vector<double> paid = values_at(actual, slice.places);
    const std::vector<double> found = values_at(predicted, slice.places);
    figures[i] = {slice.field, slice.name, slice.places.size(), {}};
    for (const Metric metric : metrics) figures[i].metrics[metric] = evaluate(metric, paid, found);
  });
  return figures;
}

}  // namespace diamond
