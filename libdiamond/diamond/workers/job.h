// What workers are asked to learn together: a line of JSON, which goes to the first of them and
// from it to the others.
#pragma once

#include <diamond/core/json.h>
#include <diamond/metrics/regression_metrics.h>
#include <diamond/models/estimator.h>

#include <filesystem>
#include <string>

namespace diamond {

struct Job {
  std::string kind;
  FitSettings settings;
  Metric metric = Metric::mae;
  std::filesystem::path rows;   // the directory of the ShareFiles; the same on every machine
  bool in_memory = true;        // whether a share may be held there
  unsigned threads = 0;         // of each worker; 0: all that its machine has
  std::filesystem::path model;  // the directory that the first worker saves the model in
};

[[nodiscard]] Json to_json(const Job& job);

/// What is said to a worker in the place of a job when there are no more.
inline constexpr const char* no_more_jobs = "";

/// What all who learn together have to be: "diamond 1.0.0 with XGBoost 1.7.4".
[[nodiscard]] std::string program_of_workers();

/// What `to_json` gave. Throws a Json::exception where it is not that.
[[nodiscard]] Job job_from_json(const Json& json);

}  // namespace diamond
