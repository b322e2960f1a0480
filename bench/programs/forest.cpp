// Measures FlatForest against the library, both on the same rows in the same process, in turn.
// Prints one JSON object for each model. Called by bench/forest.
//
//   forest DATA TREES ROUNDS
#include <diamond/core/file.h>
#include <diamond/core/json.h>
#include <diamond/core/parallel.h>
#include <diamond/data/cleaning.h>
#include <diamond/data/csv_reader.h>
#include <diamond/features/feature_set.h>
#include <diamond/models/flat_forest.h>
#include <diamond/models/xgboost_library.h>
#include <diamond/models/xgboost_regressor.h>

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <numeric>
#include <span>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

namespace {

using namespace diamond;

constexpr std::size_t alone = 2'000;      // stones that are asked for one at a time
constexpr std::size_t together = 10'000;  // stones of a batch
constexpr std::size_t piece = 512;        // rows that a thread takes at a time

struct Shape {
  const char* name;
  Json params;
};

std::vector<Shape> shapes() {
  return {{"depth 6", {{"features", "derived"}}},
          {"depth 6, categories", {{"features", "notebook"}}},
          {"128 leaves",
           {{"features", "derived"},
            {"grow_policy", "lossguide"},
            {"max_depth", 0},
            {"max_leaves", 128},
            {"min_child_weight", 4}}}};
}

/// A directory that is gone afterwards.
class Scratch {
 public:
  Scratch() {
    std::string name = (std::filesystem::temp_directory_path() / "forest-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no scratch directory");
    path_ = name;
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() { std::filesystem::remove_all(path_); }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// The file of a model of so many trees.
std::string train(const TableView& view, Json params, int trees) {
  params["n_estimators"] = trees;
  const auto estimator = make_xgboost_regressor();
  const FitSettings settings{checked_params(*estimator, params, "bench"), Target::log_price, 42};
  const Scratch scratch;
  estimator->fit({view}, settings, {}).model->save(scratch.path());
  return read_file(scratch.path() / "model.ubj");
}

template <class Work>
double seconds_of(const Work& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

/// Medians of the seconds, and of the pairs' ratios. Each is done once before, uncounted.
template <class Library, class Ours>
Json compare(int rounds, std::size_t rows, const Library& library, const Ours& ours) {
  library();
  ours();
  std::vector<double> theirs;
  std::vector<double> own;
  std::vector<double> ratios;
  for (int i = 0; i < rounds; ++i) {
    theirs.push_back(seconds_of(library) / static_cast<double>(rows));
    own.push_back(seconds_of(ours) / static_cast<double>(rows));
    ratios.push_back(theirs.back() / own.back());
  }
  return {{"library", median(theirs)}, {"ours", median(own)}, {"ratio", median(ratios)}};
}

struct Stones {
  std::size_t columns;
  std::vector<float> values;

  [[nodiscard]] std::size_t rows() const { return values.size() / columns; }
  [[nodiscard]] std::span<const float> some(std::size_t first, std::size_t count) const {
    return std::span(values).subspan(first * columns, count * columns);
  }
};

Stones encoded(const TableView& view, const FeatureSet& features) {
  Stones stones{features.columns(), std::vector<float>(view.size() * features.columns())};
  features.encode(view.table, view.rows, stones.values);
  return stones;
}

void predict_in_threads(const FlatForest& forest, const Stones& stones, std::span<float> out) {
  parallel_for(out.size(), piece, [&](std::size_t first, std::size_t last) {
    forest.predict(stones.some(first, last - first), out.subspan(first, last - first));
  });
}

std::size_t differences(std::span<const float> a, std::span<const float> b) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (std::bit_cast<std::uint32_t>(a[i]) != std::bit_cast<std::uint32_t>(b[i])) ++count;
  return count;
}

Json measure(const std::string& bytes, const Stones& stones, int rounds) {
  auto read = FlatForest::from_ubjson(bytes);
  if (const auto* refusal = std::get_if<FlatForest::Refusal>(&read))
    throw std::runtime_error(refusal->why);
  const auto& forest = std::get<FlatForest>(read);
  xgboost::Booster booster = xgboost::Booster::from_bytes(bytes, "bench");
  booster.set("nthread", "1");
  std::vector<float> theirs(together);
  std::vector<float> ours(together);
  const auto library_batch = [&] { booster.predict(stones.some(0, together), theirs); };
  std::size_t differing = 0;

  Json figures;
  figures["load"] = compare(
      rounds, 1, [&] { (void)xgboost::Booster::from_bytes(bytes, "bench"); },
      [&] { (void)FlatForest::from_ubjson(bytes); });
  figures["one"] = compare(
      rounds, alone,
      [&] {
        for (std::size_t i = 0; i < alone; ++i)
          booster.predict(stones.some(i, 1), std::span(theirs).subspan(i, 1));
      },
      [&] {
        for (std::size_t i = 0; i < alone; ++i) ours[i] = forest.predict(stones.some(i, 1));
      });
  differing += differences(std::span(theirs).first(alone), std::span(ours).first(alone));
  figures["batch"] = compare(rounds, together, library_batch,
                             [&] { forest.predict(stones.some(0, together), ours); });
  differing += differences(theirs, ours);
  booster.set("nthread", "0");
  figures["batch_in_threads"] =
      compare(rounds, together, library_batch, [&] { predict_in_threads(forest, stones, ours); });
  differing += differences(theirs, ours);
  figures["differences"] = differing;
  return figures;
}

void run(const std::string& data, int trees, int rounds) {
  Table table = read_csv(data).table;
  clean(table);
  std::vector<std::uint32_t> rows(table.rows());
  std::iota(rows.begin(), rows.end(), 0U);
  if (rows.size() < 2 * together) throw std::runtime_error("the price list is too short");
  const std::span<const std::uint32_t> all(rows);
  for (const Shape& shape : shapes()) {
    const std::string bytes = train({table, all.subspan(together)}, shape.params, trees);
    const FeatureSet features(shape.params["features"].get<std::string>());
    const Stones stones = encoded({table, all.first(together)}, features);
    Json figures = measure(bytes, stones, rounds);
    figures.update({{"shape", shape.name},
                    {"trees", trees},
                    {"library", to_string(xgboost::library_version())}});
    std::cout << figures.dump() << std::endl;
  }
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc != 4) throw std::runtime_error("usage: forest DATA TREES ROUNDS");
    run(argv[1], std::stoi(argv[2]), std::stoi(argv[3]));
  } catch (const std::exception& error) {
    std::cerr << "forest: " << error.what() << '\n';
    return 2;
  }
  return 0;
}
