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

ColumnRole role_of(std::string_view name) {
  if (const auto quantity = parse_quantity(name)) return *quantity;
  if (const auto grade = grade_column(name)) return *grade;
  return IgnoredColumn::ignored;
}

std::vector<std::string_view> needed_columns() {
  std::vector<std::string_view> names = {GradeInfo<Cut>::field, GradeInfo<Color>::field,
                                         GradeInfo<Clarity>::field};
  for (const Quantity quantity : priced_quantities) names.push_back(info(quantity).name);
  return names;
}

}  // namespace

std::vector<std::string> CsvLayout::ignored() const {
  std::vector<std::string> ignored;
  for (std::size_t i = 0; i < roles.size(); ++i)
    if (std::holds_alternative<IgnoredColumn>(roles[i])) ignored.push_back(names[i]);
  return ignored;
}

CsvLayout read_layout(const std::vector<std::string>& header, std::string_view place) {
  CsvLayout layout;
  layout.names = header;
  for (const std::string& name : header) layout.roles.push_back(role_of(name));

  std::vector<std::string_view> missing;
  for (const std::string_view needed : needed_columns()) {
    const auto times = std::count(header.begin(), header.end(), needed);
    if (times == 0) missing.push_back(needed);
    if (times > 1)
      throw DataError(place, "the header has the column '" + std::string(needed) + "' twice",
                      "leave one of them");
  }
  if (!missing.empty()) {
    const std::vector<std::string_view> found(header.begin(), header.end());
    throw DataError(
        place,
        "the header lacks " + join(missing) + " (it has: " + printable(join(found), 200) + ")",
        "a comma-separated file needs a first line that names " + join(needed_columns()));
  }
  return layout;
}

}  // namespace diamond
