#include <diamond/core/clock.h>
#include <diamond/core/error.h>
#include <diamond/core/hash.h>
#include <diamond/core/user.h>
#include <diamond/registry/model_export.h>

#include <sys/stat.h>

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace diamond {
namespace {

namespace fs = std::filesystem;

constexpr const char* manifest_file = "manifest.json";
constexpr std::size_t piece_size = std::size_t{1} << 20U;

fs::path without_slash_at_end(const fs::path& path) {
  fs::path whole = fs::absolute(path).lexically_normal();
  return whole.has_filename() ? whole : whole.parent_path();
}

/// Where a link leads, or the path itself.
fs::path where_it_is(const fs::path& path) {
  std::error_code code;
  const fs::path real = fs::canonical(path, code);
  return code ? without_slash_at_end(path) : real;
}

bool is_mount_point(const fs::path& directory) {
  struct stat own {};
  struct stat above {};
  return ::stat(directory.c_str(), &own) == 0 &&
         ::stat(directory.parent_path().c_str(), &above) == 0 && own.st_dev != above.st_dev;
}

void check_is_free(const fs::path& out) {
  std::error_code code;
  if (!fs::exists(fs::symlink_status(out, code))) return;
  if (!fs::is_directory(out, code) || !fs::is_empty(out, code) || code)
    throw UsageError(out.string(), "there is something here already",
                     "name a directory that is not there yet, or is empty");
  if (is_mount_point(out))
    throw UsageError(out.string(), "another disk begins here, and what is exported appears whole",
                     "name a directory below it");
}

Champion as_champion(const std::string& id) {
  return {id, iso_time(std::chrono::system_clock::now()), login_name(), "exported by hand", {}, {}};
}

/// Where the export is made before it appears: a hidden directory beside `out`, which one process
/// at a time has, and which is removed with all that is in it unless it is put in its place.
class Workshop {
 public:
  explicit Workshop(const fs::path& out)
      : out_(out), path_(out.parent_path() / ("." + out.filename().string() + ".export")) {
    make_directory(path_);
    lock_ = PathLock::try_alone(path_);
    if (!lock_)
      throw BusyError(out.string(), "another export to this directory runs",
                      "wait for it, or name another directory");
    for (const auto& leftover : fs::directory_iterator(path_)) fs::remove_all(leftover.path());
  }
  Workshop(const Workshop&) = delete;
  Workshop& operator=(const Workshop&) = delete;
  ~Workshop() {
    std::error_code ignored;
    if (lock_) fs::remove_all(path_, ignored);
  }

  [[nodiscard]] const fs::path& path() const { return path_; }

  /// An empty directory that is in its place gives way.
  void put_in_place() {
    sync_path(path_);
    rename_and_sync(path_, out_);
    lock_.reset();
  }

 private:
  fs::path out_;
  fs::path path_;
  std::optional<PathLock> lock_;
};

/// One export: what its steps share.
class Export {
 public:
  Export(const ModelRegistry& registry, fs::path target)
      : registry_(registry), target_(std::move(target)), copy_(target_ / "models") {}

  ExportedFiles run(const std::string& id) {
    const PathLock lease = registry_.lease(id);
    const Manifest manifest = registry_.manifest(id);
    make_directory(copy_.directory_of(id));
    for (const auto& [name, sha256] : files_of(manifest))
      copy(registry_.directory_of(id) / name, copy_.directory_of(id) / name, sha256);
    // It carries its own checksum, which was held against it when it was read.
    const fs::path manifest_of = registry_.directory_of(id) / manifest_file;
    copy(manifest_of, copy_.directory_of(id) / manifest_file, sha256_of_file(manifest_of));
    const std::string& data = manifest.dataset.sha256;
    copy(registry_.datasets().path_of(data), copy_.datasets().path_of(data), data);
    write_file(copy_.directory() / "champion.json", to_json(as_champion(id)).dump(1) + "\n");
    for (const fs::path& directory : directories_) sync_path(directory);
    return copied_;
  }

 private:
  /// Those of a model of the first version are in no manifest: it is taken as it is.
  [[nodiscard]] std::map<std::string, std::string> files_of(const Manifest& manifest) const {
    if (!manifest.files.empty()) return manifest.files;
    const fs::path directory = registry_.directory_of(manifest.id);
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::directory_iterator(directory))
      if (entry.is_regular_file() && entry.path().filename() != manifest_file)
        files[entry.path().filename().string()] = sha256_of_file(entry.path());
    return files;
  }

  void copy(const fs::path& from, const fs::path& to, const std::string& sha256) {
    make_directory(to.parent_path());
    directories_.insert(to.parent_path());
    directories_.insert(to.parent_path().parent_path());
    const FileHandle source = open_to_read(from);
    const FileHandle target = open_to_write(to);
    Sha256 hash;
    std::string piece(piece_size, '\0');
    for (std::size_t got = read_some(source, piece, from); got > 0;
         got = read_some(source, piece, from)) {
      const std::string_view bytes(piece.data(), got);
      hash.update(bytes);
      write_all(target, bytes, to);
      copied_.bytes += got;
    }
    if (hash.hex() != sha256)
      throw StorageError(from.string(), "the file is not as it was written",
                         "`diamond-train verify` tells what else is damaged; restore it, or train "
                         "the model again");
    sync_path(to);
    ++copied_.files;
  }

  const ModelRegistry& registry_;
  fs::path target_;
  ModelRegistry copy_;
  std::set<fs::path> directories_;
  ExportedFiles copied_;
};

}  // namespace

ExportedFiles export_model(const ModelRegistry& registry, const std::string& id,
                           const fs::path& out) {
  const fs::path place = where_it_is(out);
  check_is_free(place);
  Workshop workshop(place);
  const ExportedFiles copied = Export(registry, workshop.path()).run(id);
  workshop.put_in_place();
  return copied;
}

}  // namespace diamond
