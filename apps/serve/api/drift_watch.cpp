#include "drift_watch.h"

#include "traffic_drift.h"

#include <chrono>
#include <exception>
#include <utility>

namespace diamond::serve {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds look_every = 500ms;
constexpr std::chrono::milliseconds read_every = 1min;

}  // namespace

DriftWatch::DriftWatch(const ModelKeeper& keeper, TrafficStore& store)
    : keeper_(keeper), store_(store), watcher_(look_every, [this](const std::stop_token& stop) {
        if (!is_wanted_.exchange(false)) return look_every;
        refresh(stop);
        return read_every;
      }) {}

std::shared_ptr<const DriftFigures> DriftWatch::figures() const {
  is_wanted_ = true;
  const std::lock_guard lock(mutex_);
  return figures_;
}

void DriftWatch::refresh(const std::stop_token& stop) {
  std::shared_ptr<const DriftFigures> figures;
  try {
    figures = read(stop);
  } catch (const std::exception&) {
    // The database does not answer, which the log tells already: no figures are better than old.
  }
  const std::lock_guard lock(mutex_);
  figures_ = std::move(figures);
}

std::shared_ptr<const DriftFigures> DriftWatch::read(const std::stop_token& stop) const {
  const std::shared_ptr<const ServedModel> served = keeper_.current();
  if (!served) return nullptr;
  const Drift drift =
      read_drift(store_, *served, std::chrono::system_clock::now() - usual_span, stop);
  auto figures = std::make_shared<DriftFigures>();
  figures->requests = drift.stones();
  for (std::size_t i = 0; i < field_count; ++i) {
    const auto field = static_cast<Field>(i);
    const Drift::OfField of_field = drift.field(field);
    if (of_field.given >= least_requests)
      figures->fields.push_back({field, of_field.psi, of_field.outside_share()});
  }
  return figures;
}

}  // namespace diamond::serve
