// Manifests for tests of the history.
#pragma once

#include <diamond/registry/manifest.h>

#include <map>
#include <string>

namespace diamond::testing {

/// A number like that of a second in November 2026, as created_at has it: at(7) is later than
/// at(3).
inline std::string at(int second) {
  return "2026-11-24T08:00:" + std::string(second < 10 ? "0" : "") + std::to_string(second) +
         ".000Z";
}

/// The fields of a model that a test does not speak of.
struct ModelFields {
  std::string id = "20261124T080000Z-linear-000000";
  std::string kind = "linear";
  int second = 0;
  std::string data = "aaaa";
  SplitSettings split = {};
  std::map<Metric, double> metrics = {{Metric::mae, 100.0}};
};

inline Manifest model(const ModelFields& f = {}) {
  Manifest manifest;
  manifest.id = f.id;
  manifest.kind = f.kind;
  manifest.name = f.kind;
  manifest.created_at = at(f.second);
  manifest.params = {{"quantities", {"carat", "x"}}, {"fit_intercept", true}};
  manifest.dataset = {"data/a.csv", f.data, 100, 98, {{"zero_dimension", 2}}, {}};
  manifest.split = {f.split, 78, 20};
  manifest.metrics = f.metrics;
  manifest.duration_seconds = 0.125;
  manifest.versions = {{"diamond", "0.1.0"}};
  return manifest;
}

}  // namespace diamond::testing
