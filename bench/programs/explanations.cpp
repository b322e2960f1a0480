// Measures explanations of the champion, and of its trees against the library's contributions on
// the same rows in the same process, in turn. Prints one JSON object. Called by bench/explanations.
//
//   explanations DATA MODELS ROUNDS
#include <diamond/core/file.h>
#include <diamond/core/json.h>
#include <diamond/core/parallel.h>
#include <diamond/data/cleaning.h>
#include <diamond/data/csv_reader.h>
#include <diamond/features/feature_set.h>
#include <diamond/models/estimator_catalog.h>
#include <diamond/models/tree_shap.h>
#include <diamond/models/xgboost_library.h>
#include <diamond/pipeline/stored_model.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <iostream>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using namespace diamond;

constexpr std::size_t stones = 1'000;    // that are explained in a round
constexpr std::size_t few_stones = 100;  // by the library, which takes long
constexpr std::size_t piece = 10;        // that a thread takes at a time

template <class Work>
double seconds_of(const Work& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

/// Evenly spread over the price list.
std::vector<Diamond> some_stones(const std::string& data) {
  Table table = read_csv(data).table;
  clean(table);
  if (table.rows() < stones) throw std::runtime_error("the price list is too short");
  std::vector<Diamond> some;
  for (std::size_t i = 0; i < stones; ++i)
    some.push_back(table.row(i * (table.rows() / stones)).stone);
  return some;
}

/// The trees of a model and of its members, one by one.
std::vector<std::filesystem::path> directories_of_trees(const std::filesystem::path& model) {
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(model))
    if (entry.path().filename() == "model.ubj") found.push_back(entry.path().parent_path());
  std::sort(found.begin(), found.end());
  return found;
}

/// A forest twice: in the library, and as we explain it.
struct Forest {
  xgboost::Booster booster;
  TreeShap shap;
  std::size_t columns;
  std::vector<float> rows;  // (stones, columns)

  [[nodiscard]] std::span<const float> some(std::size_t first, std::size_t count) const {
    return std::span(rows).subspan(first * columns, count * columns);
  }
};

Forest read_forest(const std::filesystem::path& directory, const std::vector<Diamond>& diamonds) {
  const std::string bytes = read_file(directory / "model.ubj");
  const Json json = Json::parse(read_file(directory / "features.json"));
  const FeatureSet features(json.at("features").get<std::string>());
  Forest forest{xgboost::Booster::from_bytes(bytes, "bench"), TreeShap::from_ubjson(bytes).value(),
                features.columns(), std::vector<float>(stones * features.columns())};
  for (std::size_t i = 0; i < stones; ++i)
    features.encode(diamonds[i],
                    std::span(forest.rows).subspan(i * features.columns(), features.columns()));
  return forest;
}

void contribute(const Forest& forest, std::size_t count, std::span<double> out) {
  parallel_for(count, piece, [&](std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < last; ++i)
      forest.shap.contribute(forest.some(i, 1), out.subspan(i * forest.columns, forest.columns));
  });
}

/// The largest difference from the library's, in units of the target.
double largest_difference(const Forest& forest) {
  const auto theirs = forest.booster.contributions(forest.some(0, few_stones), forest.columns);
  std::vector<double> ours(few_stones * forest.columns);
  contribute(forest, few_stones, ours);
  double largest = 0;
  for (std::size_t row = 0; row < few_stones; ++row) {
    const std::size_t begin = row * (forest.columns + 1);
    for (std::size_t i = 0; i < forest.columns; ++i)
      largest = std::max(largest, std::abs(ours[row * forest.columns + i] - theirs[begin + i]));
    largest =
        std::max(largest, std::abs(forest.shap.base_value() - theirs[begin + forest.columns]));
  }
  return largest;
}

/// How far base value and effects are from the price at most, relative.
double largest_gap(const Model& model, const Explainer& explainer,
                   const std::vector<Diamond>& diamonds) {
  double largest = 0;
  for (const Diamond& diamond : diamonds) {
    const Explanation explanation = explainer.explain(diamond);
    double sum = explanation.base_value;
    for (const double effect : explanation.effects) sum += effect;
    const double price = model.predict(diamond);
    largest = std::max(largest, std::abs(sum - price) / std::abs(price));
  }
  return largest;
}

Json measure(const std::string& data, const std::filesystem::path& models, int rounds) {
  const std::vector<Diamond> diamonds = some_stones(data);
  const ModelRegistry registry(models);
  const std::string id = registry.resolve("champion");
  const auto model = load_model(registry, builtin_estimators(), registry.manifest(id));
  std::unique_ptr<const Explainer> explainer;
  Json figures = {{"load", seconds_of([&] { explainer = model->explainer(); })}};

  std::vector<Forest> forests;
  for (const auto& directory : directories_of_trees(registry.directory_of(id)))
    forests.push_back(read_forest(directory, diamonds));
  std::vector<double> contributions(stones * FeatureSet::most_columns);
  std::vector<double> whole;
  std::vector<double> alone;
  std::vector<double> ours;
  std::vector<double> library;
  std::vector<double> ratios;
  for (int round = 0; round <= rounds; ++round) {
    const auto explain = [&](std::size_t first, std::size_t last) {
      for (std::size_t i = first; i < last; ++i) (void)explainer->explain(diamonds[i]);
    };
    whole.push_back(seconds_of([&] { parallel_for(stones, piece, explain); }) / stones);
    alone.push_back(seconds_of([&] { explain(0, few_stones); }) / few_stones);
    ours.push_back(seconds_of([&] {
                     for (const Forest& forest : forests) contribute(forest, stones, contributions);
                   }) /
                   stones);
    library.push_back(seconds_of([&] {
                        for (const Forest& forest : forests)
                          (void)forest.booster.contributions(forest.some(0, few_stones),
                                                             forest.columns);
                      }) /
                      few_stones);
    ratios.push_back(library.back() / ours.back());
    if (round > 0) continue;
    for (auto* warm_up : {&whole, &alone, &ours, &library, &ratios}) warm_up->clear();
  }
  double difference = 0;
  for (const Forest& forest : forests)
    difference = std::max(difference, largest_difference(forest));
  figures.update({{"whole", median(whole)},
                  {"alone", median(alone)},
                  {"ours", median(ours)},
                  {"library", median(library)},
                  {"ratio", median(ratios)},
                  {"difference", difference},
                  {"gap", largest_gap(*model, *explainer, diamonds)},
                  {"version", to_string(xgboost::library_version())}});
  return figures;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc != 4) throw std::runtime_error("usage: explanations DATA MODELS ROUNDS");
    std::cout << measure(argv[1], argv[2], std::stoi(argv[3])).dump() << std::endl;
  } catch (const std::exception& error) {
    std::cerr << "explanations: " << error.what() << '\n';
    return 2;
  }
  return 0;
}
