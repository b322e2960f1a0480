#include <diamond/features/one_hot.h>

#include <algorithm>
#include <array>
#include <utility>

namespace diamond {
namespace {

/// For each grade, by its place in the enumeration, its place in the alphabetical order of the
/// names.
template <class Grade>
constexpr std::array<std::size_t, grade_count<Grade>> alphabetical_places() {
  std::array<std::size_t, grade_count<Grade>> places{};
  const auto& names = GradeInfo<Grade>::names;
  for (std::size_t i = 0; i < names.size(); ++i)
    for (std::size_t j = 0; j < names.size(); ++j) places[i] += names[j] < names[i] ? 1 : 0;
  return places;
}

template <class Grade>
inline constexpr auto places_of = alphabetical_places<Grade>();

/// Puts the 1 of a grade into its dummies, which begin at `first`; the first grade has none.
template <class Grade>
void set_dummy(Grade grade, std::span<double> row, std::size_t first) {
  const std::size_t place = places_of<Grade>[static_cast<std::size_t>(grade)];
  if (place > 0) row[first + place - 1] = 1.0;
}

template <class Grade>
void append_names(std::vector<std::string>& names) {
  std::array<std::string_view, grade_count<Grade>> sorted = GradeInfo<Grade>::names;
  std::sort(sorted.begin(), sorted.end());
  for (std::size_t i = 1; i < sorted.size(); ++i)
    names.push_back(std::string(GradeInfo<Grade>::field) + "_" + std::string(sorted[i]));
}

constexpr std::size_t dummies =
    grade_count<Cut> - 1 + grade_count<Color> - 1 + grade_count<Clarity> - 1;

}  // namespace

OneHotEncoder::OneHotEncoder(std::vector<Quantity> quantities)
    : quantities_(std::move(quantities)), columns_(quantities_.size() + dummies) {}

std::vector<std::string> OneHotEncoder::names() const {
  std::vector<std::string> names;
  for (const Quantity quantity : quantities_) names.emplace_back(info(quantity).name);
  append_names<Cut>(names);
  append_names<Color>(names);
  append_names<Clarity>(names);
  return names;
}

std::vector<Field> OneHotEncoder::fields() const {
  std::vector<Field> fields;
  for (const Quantity quantity : quantities_) fields.push_back(field_of(quantity));
  fields.insert(fields.end(), grade_count<Cut> - 1, Field::cut);
  fields.insert(fields.end(), grade_count<Color> - 1, Field::color);
  fields.insert(fields.end(), grade_count<Clarity> - 1, Field::clarity);
  return fields;
}

void OneHotEncoder::encode(const Table& table, std::span<const std::uint32_t> rows,
                           std::span<double> out) const {
  std::fill(out.begin(), out.end(), 0.0);
  for (std::size_t column = 0; column < quantities_.size(); ++column) {
    const NumberColumn& numbers = table[quantities_[column]];
    for (std::size_t i = 0; i < rows.size(); ++i) out[i * columns_ + column] = numbers[rows[i]];
  }
  for (std::size_t i = 0; i < rows.size(); ++i)
    encode_grades(table.cut[rows[i]], table.color[rows[i]], table.clarity[rows[i]],
                  out.subspan(i * columns_, columns_));
}

void OneHotEncoder::encode(const Diamond& diamond, std::span<double> out) const {
  std::fill(out.begin(), out.end(), 0.0);
  for (std::size_t column = 0; column < quantities_.size(); ++column)
    out[column] = value_of(diamond, quantities_[column]);
  encode_grades(diamond.cut, diamond.color, diamond.clarity, out);
}

void OneHotEncoder::encode_grades(Cut cut, Color color, Clarity clarity,
                                  std::span<double> row) const {
  std::size_t first = quantities_.size();
  set_dummy(cut, row, first);
  first += grade_count<Cut> - 1;
  set_dummy(color, row, first);
  first += grade_count<Color> - 1;
  set_dummy(clarity, row, first);
}

}  // namespace diamond
