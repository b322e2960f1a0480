#include "settled_files.h"

#include <diamond/core/file.h>
#include <diamond/pipeline/dataset_sources.h>

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <optional>
#include <utility>

namespace diamond::train {
namespace {

namespace fs = std::filesystem;

/// A file of such an age needs no watching when it is first seen. Not less: the clock of a file
/// server may be behind ours, and what is being written there look old.
constexpr auto surely_quiet = std::chrono::minutes(2);

std::int64_t nanoseconds_of(const timespec& time) {
  constexpr std::int64_t nanoseconds_per_second = 1'000'000'000;
  return time.tv_sec * nanoseconds_per_second + time.tv_nsec;
}

/// Nothing where no regular file is there any more.
std::optional<FileLook> look_at(const fs::path& file) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  return FileLook{status.st_ino, status.st_size, nanoseconds_of(status.st_mtim),
                  nanoseconds_of(status.st_ctim)};
}

bool is_surely_quiet(const FileLook& look) {
  const auto last_touched = std::chrono::nanoseconds(std::max(look.modified, look.changed));
  return std::chrono::system_clock::now().time_since_epoch() - last_touched >= surely_quiet;
}

}  // namespace

SettledFiles::SettledFiles(std::vector<fs::path> paths, Clock::duration quiet)
    : paths_(std::move(paths)), quiet_(quiet) {}

void SettledFiles::look(Clock::time_point now) {
  std::map<fs::path, Watched> seen;
  for (const fs::path& file : present_csv_files(paths_)) {
    const std::optional<FileLook> look = look_at(file);
    if (!look) continue;
    const auto known = files_.find(file);
    Watched watched{*look, now, false};
    if (known == files_.end()) {
      if (is_surely_quiet(*look)) watched.since = Clock::time_point::min();
    } else if (known->second.look == *look) {
      watched = known->second;
    }
    watched.is_whole = watched.is_whole || is_whole(file, watched, now);
    seen.emplace(file, watched);
  }
  files_ = std::move(seen);
}

bool SettledFiles::is_whole(const fs::path& file, const Watched& watched,
                            Clock::time_point now) const {
  const bool is_old = watched.since == Clock::time_point::min();
  return (is_old || now - watched.since >= quiet_) && !is_open_for_writing(file);
}

FileLooks SettledFiles::whole() const {
  FileLooks whole;
  for (const auto& [file, watched] : files_)
    if (watched.is_whole) whole.emplace(file, watched.look);
  return whole;
}

bool SettledFiles::all_are_whole() const {
  return std::all_of(files_.begin(), files_.end(),
                     [](const auto& file) { return file.second.is_whole; });
}

bool is_open_for_writing(const fs::path& file) {
  const FileHandle handle(::open(file.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (!handle.is_open()) return false;
  // A writer who comes in the moment in which we have the lease waits for it, and we would be told
  // by SIGIO, which ends a program; SIGURG does nothing.
  ::fcntl(handle.get(), F_SETSIG, SIGURG);
  if (::fcntl(handle.get(), F_SETLEASE, F_RDLCK) != 0) return errno == EAGAIN;
  ::fcntl(handle.get(), F_SETLEASE, F_UNLCK);
  return false;
}

}  // namespace diamond::train
