// Which CSV files are whole: nobody is still writing them.
//
// A file counts as whole when it has been quiet, its size, times and inode unchanged, for the time
// that was asked for, and nobody has it open for writing. The second is the better sign, but can
// only be asked of local file systems and of files that are ours (fcntl(2), F_SETLEASE: the kernel
// refuses a read lease while there is a writer); elsewhere quiet has to do. Names of files on their
// way (`.x.csv`, `x.csv.part`, `x.csv.tmp`) are none of a CSV's.
//
// The folders are looked at again and again, a stat for each file, rather than told of by inotify:
// that knows nothing of what other machines write to a network file system, its IN_CLOSE_WRITE
// comes at every pause of a writer who appends, and a clock for the quiet would be needed beside
// it. A look at a folder of a hundred files takes a millisecond.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <vector>

namespace diamond::train {

/// What a file looked like. Two looks are the same as long as nobody changed or replaced it.
struct FileLook {
  std::uint64_t inode = 0;
  std::int64_t size = 0;
  std::int64_t modified = 0;  // nanoseconds since 1970
  std::int64_t changed = 0;   // the same; also of its name, owner and permissions

  bool operator==(const FileLook&) const = default;
};

using FileLooks = std::map<std::filesystem::path, FileLook>;

class SettledFiles {
 public:
  using Clock = std::chrono::steady_clock;

  /// `paths` are CSV files and directories of such; they may come and go.
  SettledFiles(std::vector<std::filesystem::path> paths, Clock::duration quiet);

  /// Looks at all files. `now` never goes back.
  void look(Clock::time_point now);

  /// Those that are whole, as they were at the last look.
  [[nodiscard]] FileLooks whole() const;

  /// Whether that is all there are.
  [[nodiscard]] bool all_are_whole() const;

 private:
  struct Watched {
    FileLook look;
    Clock::time_point since;  // when it first looked so
    bool is_whole = false;
  };

  [[nodiscard]] bool is_whole(const std::filesystem::path& file, const Watched& watched,
                              Clock::time_point now) const;

  std::vector<std::filesystem::path> paths_;
  Clock::duration quiet_;
  std::map<std::filesystem::path, Watched> files_;
};

/// Whether any process has the file open for writing. False where that cannot be known.
[[nodiscard]] bool is_open_for_writing(const std::filesystem::path& file);

}  // namespace diamond::train
