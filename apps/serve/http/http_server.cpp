#include "http_server.h"

#include "listening.h"
#include "loop.h"

#include <sys/resource.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace diamond::serve {
namespace {

constexpr std::size_t patient_threads = 8;  // requests that wait for a database, side by side
constexpr std::size_t files_of_our_own = 128;

std::size_t loop_count(std::size_t wanted) {
  return wanted != 0 ? wanted : std::max(1U, std::thread::hardware_concurrency());
}

/// As many files as the system lets this process have; returns how many.
std::size_t raise_file_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur;
}

Listening listening_on(const HttpSettings& settings, std::vector<Descriptor> handed) {
  if (handed.empty()) return {settings.host, settings.port};
  return Listening(std::move(handed));
}

/// Every connection is a file.
HttpSettings within_file_limit(HttpSettings settings) {
  const std::size_t files = std::max(raise_file_limit(), files_of_our_own + 16);
  settings.connections = std::min(settings.connections, files - files_of_our_own);
  return settings;
}

}  // namespace

struct HttpServer::Implementation {
  Implementation(const HttpSettings& wanted, const Application& application,
                 std::vector<Observer*> observers, std::vector<Descriptor> handed)
      : settings(within_file_limit(wanted)),
        listening(listening_on(settings, std::move(handed))),
        patient(patient_threads),
        shared{settings, application, std::move(observers), patient, {}, [this] { make_room(); }} {
    for (std::size_t i = 0; i < loop_count(settings.threads); ++i)
      loops.push_back(std::make_unique<Loop>(shared, listening.sockets()));
  }

  void make_room() {
    for (const auto& loop : loops) loop->make_room();
  }

  /// The loops have descriptors of their own: as long as one is left, the system goes on taking
  /// connections.
  void stop() {
    std::call_once(stopped, [this] {
      listening.close();
      for (const auto& loop : loops) loop->drain(listening.is_handed());
    });
  }

  HttpSettings settings;
  Listening listening;
  boost::asio::thread_pool patient;
  Shared shared;
  std::vector<std::unique_ptr<Loop>> loops;
  std::once_flag stopped;
};

HttpServer::HttpServer(const HttpSettings& settings, const Application& application,
                       std::vector<Observer*> observers, std::vector<Descriptor> handed)
    : implementation_(std::make_unique<Implementation>(settings, application, std::move(observers),
                                                       std::move(handed))) {}

HttpServer::~HttpServer() = default;

int HttpServer::port() const {
  return implementation_->listening.port();
}

void HttpServer::run() {
  std::vector<std::jthread> threads;
  for (const auto& loop : implementation_->loops) threads.emplace_back([&loop] { loop->run(); });
  threads.clear();  // waits for them
  implementation_->patient.join();
}

void HttpServer::stop() {
  implementation_->stop();
}

std::chrono::steady_clock::duration HttpServer::longest_silence() const {
  auto longest = std::chrono::steady_clock::duration::zero();
  for (const auto& loop : implementation_->loops) longest = std::max(longest, loop->silence());
  return longest;
}

}  // namespace diamond::serve
