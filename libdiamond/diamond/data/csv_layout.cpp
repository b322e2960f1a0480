#include <diamond/core/error.h>
#include <diamond/core/spelling.h>
#include <diamond/data/csv_layout.h>

#include <algorithm>
#include <optional>

namespace diamond {
namespace {

std::optional<GradeColumn> grade_column(std::string_view name) {
  if (name == GradeInfo<Cut>::field) return GradeColumn::cut;
  if (name == GradeInfo<Color>::field) return GradeColumn::color;
  if (name == GradeInfo<Clarity>::field) return GradeColumn::clarity;
  return std::nullopt;
}

ColumnRole role_of(std::string_view name, CsvContent content) {
  if (const auto grade = grade_column(name)) return *grade;
  const auto quantity = parse_quantity(name);
  if (!quantity || (content == CsvContent::stones && *quantity == Quantity::price))
    return IgnoredColumn::ignored;
  return *quantity;
}

std::vector<std::string_view> needed_columns(CsvContent content) {
  std::vector<std::string_view> names = {GradeInfo<Cut>::field, GradeInfo<Color>::field,
                                         GradeInfo<Clarity>::field};
  if (content == CsvContent::stones)
    names.push_back(info(Quantity::carat).name);
  else
    for (const Quantity quantity : priced_quantities) names.push_back(info(quantity).name);
  return names;
}

/// Throws DataError where a column that is read stands twice.
void check_unique(const CsvLayout& layout, std::string_view place) {
  for (std::size_t i = 0; i < layout.roles.size(); ++i) {
    const std::string& name = layout.names[i];
    if (!std::holds_alternative<IgnoredColumn>(layout.roles[i]) &&
        std::count(layout.names.begin(), layout.names.end(), name) > 1)
      throw DataError(place, "the header has the column '" + name + "' twice", "leave one of them");
  }
}

/// Throws DataError where a needed column is missing.
void check_complete(const CsvLayout& layout, std::string_view place, CsvContent content) {
  const std::vector<std::string_view> found(layout.names.begin(), layout.names.end());
  std::vector<std::string_view> missing;
  for (const std::string_view needed : needed_columns(content))
    if (std::find(found.begin(), found.end(), needed) == found.end()) missing.push_back(needed);
  if (missing.empty()) return;
  throw DataError(
      place, "the header lacks " + join(missing) + " (it has: " + printable(join(found), 200) + ")",
      "a comma-separated file needs a first line that names " + join(needed_columns(content)));
}

}  // namespace

std::vector<std::string> CsvLayout::ignored() const {
  std::vector<std::string> ignored;
  for (std::size_t i = 0; i < roles.size(); ++i)
    if (std::holds_alternative<IgnoredColumn>(roles[i])) ignored.push_back(names[i]);
  return ignored;
}

CsvLayout read_layout(const std::vector<std::string>& header, std::string_view place,
                      CsvContent content) {
  CsvLayout layout;
  layout.names = header;
  for (const std::string& name : header) layout.roles.push_back(role_of(name, content));
  check_unique(layout, place);
  check_complete(layout, place, content);
  for (const Quantity quantity : priced_quantities)
    if (std::find(layout.roles.begin(), layout.roles.end(), ColumnRole(quantity)) ==
        layout.roles.end())
      layout.absent.push_back(quantity);
  return layout;
}

}  // namespace diamond
