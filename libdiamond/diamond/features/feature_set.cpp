#include <diamond/features/feature_set.h>

#include <array>
#include <cmath>
#include <limits>

namespace diamond {
namespace {

constexpr auto number = FeatureType::number;
constexpr auto category = FeatureType::category;

using Stone = const Diamond&;

double cut_of(Stone d) {
  return static_cast<double>(d.cut);
}
double color_of(Stone d) {
  return static_cast<double>(d.color);
}
double clarity_of(Stone d) {
  return static_cast<double>(d.clarity);
}
double carat_of(Stone d) {
  return d.carat;
}
double depth_of(Stone d) {
  return d.depth;
}
double table_of(Stone d) {
  return d.table;
}
double x_of(Stone d) {
  return d.x;
}
double y_of(Stone d) {
  return d.y;
}
double z_of(Stone d) {
  return d.z;
}

double girdle(Stone d) {
  return d.x + d.y;
}
double box(Stone d) {
  return d.x * d.y * d.z;
}

constexpr std::array notebook_features = {
    Feature{"carat", "weight, carat", number, {Field::carat}, carat_of},
    Feature{"cut", "grade of the cut", category, {Field::cut}, cut_of},
    Feature{"color", "grade of the color", category, {Field::color}, color_of},
    Feature{"clarity", "grade of the clarity", category, {Field::clarity}, clarity_of},
    Feature{"depth", "z over the mean of x and y, percent", number, {Field::depth}, depth_of},
    Feature{"table",
            "width of the top over the widest point, percent",
            number,
            {Field::table},
            table_of},
    Feature{"x", "length, mm", number, {Field::x}, x_of},
    Feature{"y", "width, mm", number, {Field::y}, y_of},
    Feature{"z", "height, mm", number, {Field::z}, z_of},
};

constexpr std::array derived_features = {
    Feature{"carat", "weight, carat", number, {Field::carat}, carat_of},
    Feature{"cut", "grade of the cut, 0 (Fair) to 4 (Ideal)", number, {Field::cut}, cut_of},
    Feature{"color", "grade of the color, 0 (J) to 6 (D)", number, {Field::color}, color_of},
    Feature{
        "clarity", "grade of the clarity, 0 (I1) to 7 (IF)", number, {Field::clarity}, clarity_of},
    Feature{"depth",
            "z over the mean of x and y, as certified, percent",
            number,
            {Field::depth},
            depth_of},
    Feature{"table",
            "width of the top over the widest point, percent",
            number,
            {Field::table},
            table_of},
    Feature{"x", "length, mm", number, {Field::x}, x_of},
    Feature{"y", "width, mm", number, {Field::y}, y_of},
    Feature{"z", "height, mm", number, {Field::z}, z_of},
    Feature{"box", "x·y·z, mm³", number, {Field::x, Field::y, Field::z}, box},
    Feature{"density",
            "carat over x·y·z, carat/mm³",
            number,
            {Field::carat, Field::x, Field::y, Field::z},
            [](Stone d) { return d.carat / box(d); }},
    Feature{
        "roundness", "x over y", number, {Field::x, Field::y}, [](Stone d) { return d.x / d.y; }},
    Feature{"depth_error",
            "depth as measured less depth as certified, percentage points",
            number,
            {Field::depth, Field::x, Field::y, Field::z},
            [](Stone d) { return 200 * d.z / girdle(d) - d.depth; }},
    Feature{"face", "x·y, mm²", number, {Field::x, Field::y}, [](Stone d) { return d.x * d.y; }},
    Feature{"spread",
            "x·y over carat to the power of 2/3, mm²/carat^⅔",
            number,
            {Field::carat, Field::x, Field::y},
            [](Stone d) { return d.x * d.y / std::pow(d.carat, 2.0 / 3.0); }},
    Feature{"girdle",
            "x + y to the hundredth, mm",
            number,
            {Field::x, Field::y},
            [](Stone d) { return std::round(girdle(d) * 100) / 100; }},
    Feature{"color_and_clarity",
            "color + clarity, grades",
            number,
            {Field::color, Field::clarity},
            [](Stone d) { return color_of(d) + clarity_of(d); }},
    Feature{"all_grades",
            "cut + color + clarity, grades",
            number,
            {Field::cut, Field::color, Field::clarity},
            [](Stone d) { return cut_of(d) + color_of(d) + clarity_of(d); }},
    Feature{"color_by_clarity",
            "(color + 1)·(clarity + 1), grades",
            number,
            {Field::color, Field::clarity},
            [](Stone d) { return (color_of(d) + 1) * (clarity_of(d) + 1); }},
    Feature{"cut_by_clarity",
            "(cut + 1)·(clarity + 1), grades",
            number,
            {Field::cut, Field::clarity},
            [](Stone d) { return (cut_of(d) + 1) * (clarity_of(d) + 1); }},
    Feature{"carat_by_clarity",
            "carat·(clarity + 1), carat·grades",
            number,
            {Field::carat, Field::clarity},
            [](Stone d) { return d.carat * (clarity_of(d) + 1); }},
    Feature{"carat_by_color",
            "carat·(color + 1), carat·grades",
            number,
            {Field::carat, Field::color},
            [](Stone d) { return d.carat * (color_of(d) + 1); }},
};

struct NamedSet {
  std::string_view name;
  std::span<const Feature> features;
};

constexpr std::array<NamedSet, 2> sets = {
    {{"derived", derived_features}, {"notebook", notebook_features}}};

static_assert(derived_features.size() <= FeatureSet::most_columns);
static_assert(notebook_features.size() <= FeatureSet::most_columns);

}  // namespace

FeatureSet::FeatureSet(std::string_view name) {
  for (const NamedSet& set : sets)
    if (set.name == name) {
      name_ = set.name;
      features_ = set.features;
    }
}

void FeatureSet::encode(const Diamond& diamond, std::span<float> out) const {
  for (std::size_t i = 0; i < features_.size(); ++i) {
    const auto value = static_cast<float>(features_[i].value(diamond));
    out[i] = std::isfinite(value) ? value : std::numeric_limits<float>::quiet_NaN();
  }
}

void FeatureSet::encode(const Table& table, std::span<const std::uint32_t> rows,
                        std::span<float> out) const {
  for (std::size_t i = 0; i < rows.size(); ++i)
    encode(table.row(rows[i]).stone, out.subspan(i * columns(), columns()));
}

std::vector<std::string_view> feature_set_names() {
  std::vector<std::string_view> names;
  names.reserve(sets.size());
  for (const NamedSet& set : sets) names.push_back(set.name);
  return names;
}

}  // namespace diamond
