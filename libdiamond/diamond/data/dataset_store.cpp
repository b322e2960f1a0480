#include <diamond/core/error.h>
#include <diamond/core/file.h>
#include <diamond/core/hash.h>
#include <diamond/data/csv_writer.h>
#include <diamond/data/dataset_store.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <utility>

namespace diamond {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view staged_prefix = ".staged-";
constexpr std::size_t piece_size = std::size_t{4} << 20U;

struct StagedFile {
  fs::path path;
  FileHandle handle;
  PathLock lock;
};

/// A new file under a name that no other staging has, in this process or another, held against
/// those who remove what nobody holds.
StagedFile make_staged_file(const fs::path& directory) {
  constexpr std::string_view suffix = ".csv";
  while (true) {
    std::string name =
        (directory / (std::string(staged_prefix) + "XXXXXX")).string().append(suffix);
    FileHandle handle(::mkostemps(name.data(), static_cast<int>(suffix.size()), O_CLOEXEC));
    if (!handle.is_open() || ::fchmod(handle.get(), 0644) != 0)
      throw StorageError(directory.string(), "no file can be made here: " + system_message(errno),
                         "check the directory, its permissions and the free space");
    try {
      PathLock lock = PathLock::shared(name);
      return {name, std::move(handle), std::move(lock)};
    } catch (const StorageError&) {
      std::error_code code;
      if (fs::remove(name, code)) throw;  // else it was removed before it was held
    }
  }
}

bool is_staged(const fs::path& file) {
  return file.filename().string().starts_with(staged_prefix);
}

/// Whether its name is a SHA-256 and ".csv".
bool is_dataset(const fs::path& file) {
  const std::string name = file.stem().string();
  return file.extension() == ".csv" && name.size() == 64 &&
         name.find_first_not_of("0123456789abcdef") == std::string::npos;
}

/// Those in the directory that fit, by their names; none where it is not there.
template <class Predicate>
std::vector<fs::path> files_that(const fs::path& directory, const Predicate& fit) {
  std::vector<fs::path> files;
  std::error_code code;
  for (const auto& entry : fs::directory_iterator(directory, code))
    if (fit(entry.path())) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

/// Removes a staged file that nobody holds, not even by now.
void remove_unless_held(const fs::path& file) {
  try {
    std::error_code ignored;
    if (const auto alone = PathLock::try_alone(file)) fs::remove(file, ignored);
  } catch (const StorageError&) {
    // It went meanwhile, or is not ours to remove.
  }
}

/// Removes a file unless it is told not to.
class RemovedAtExit {
 public:
  explicit RemovedAtExit(fs::path file) : file_(std::move(file)) {}
  RemovedAtExit(const RemovedAtExit&) = delete;
  RemovedAtExit& operator=(const RemovedAtExit&) = delete;
  ~RemovedAtExit() {
    std::error_code ignored;
    if (!file_.empty()) fs::remove(file_, ignored);
  }
  fs::path release() { return std::exchange(file_, fs::path()); }

 private:
  fs::path file_;
};

}  // namespace

StagedDataset::StagedDataset(fs::path staged, fs::path final_path, std::string sha256,
                             std::uintmax_t bytes, PathLock lock)
    : staged_(std::move(staged)),
      final_path_(std::move(final_path)),
      sha256_(std::move(sha256)),
      bytes_(bytes),
      lock_(std::move(lock)) {}

StagedDataset::~StagedDataset() {
  if (synced_.valid()) synced_.wait();
  std::error_code ignored;
  if (!staged_.empty()) fs::remove(staged_, ignored);
}

const fs::path& StagedDataset::path() const {
  return staged_.empty() ? final_path_ : staged_;
}

void StagedDataset::start_sync() {
  if (!staged_.empty() && !synced_.valid())
    synced_ = std::async(std::launch::async, [path = staged_] { sync_path(path); });
}

void StagedDataset::keep() {
  if (staged_.empty()) return;
  start_sync();
  synced_.get();
  rename_and_sync(staged_, final_path_);
  staged_.clear();
}

void StagedDataset::keep_if_missing() {
  std::error_code code;
  if (fs::file_size(final_path_, code) != bytes_ || code) keep();
}

void check_unchanged(const FileState& before, const FileState& after, const fs::path& file) {
  if (before != after)
    throw DataError(file.string(), "the file was changed while it was read",
                    "train again when it is whole");
}

DatasetStore::DatasetStore(fs::path directory) : directory_(std::move(directory)) {}

StagedDataset DatasetStore::stage(const fs::path& csv) const {
  const FileHandle source = open_to_read(csv);
  const FileState before = state_of(source, csv);
  StagedDataset staged = stage_pieces([&](std::string& piece) {
    piece.resize(piece_size);
    piece.resize(read_some(source, piece, csv));
    return !piece.empty();
  });
  check_unchanged(before, state_of(source, csv), csv);
  return staged;
}

StagedDataset DatasetStore::stage(const Table& table) const {
  std::size_t row = 0;
  bool header_written = false;
  return stage_pieces([&](std::string& piece) {
    piece = std::exchange(header_written, true) ? "" : csv_header();
    while (row < table.rows() && piece.size() < piece_size) append_csv_row(piece, table.row(row++));
    return !piece.empty();
  });
}

fs::path DatasetStore::path_of(std::string_view sha256) const {
  return directory_ / (std::string(sha256) + ".csv");
}

std::vector<StoredDataset> DatasetStore::list() const {
  std::vector<StoredDataset> datasets;
  for (const fs::path& file : files_that(directory_, is_dataset)) {
    std::error_code code;
    const std::uintmax_t bytes = fs::file_size(file, code);
    if (!code) datasets.push_back({file.stem().string(), bytes});
  }
  return datasets;
}

void DatasetStore::remove(std::string_view sha256) const {
  const fs::path file = path_of(sha256);
  std::error_code code;
  fs::remove(file, code);
  if (code)
    throw StorageError(file.string(), "cannot be removed: " + system_message(code.value()),
                       "check its permissions");
}

void DatasetStore::remove_leftovers() const {
  for (const fs::path& file : leftovers()) remove_unless_held(file);
}

std::vector<fs::path> DatasetStore::leftovers() const {
  return files_that(
      directory_, [](const fs::path& file) { return is_staged(file) && !PathLock::is_held(file); });
}

std::vector<fs::path> DatasetStore::others() const {
  return files_that(directory_,
                    [](const fs::path& file) { return !is_staged(file) && !is_dataset(file); });
}

StagedDataset DatasetStore::stage_pieces(
    const std::function<bool(std::string& piece)>& next_piece) const {
  make_directory(directory_);
  StagedFile staged = make_staged_file(directory_);
  RemovedAtExit guard(staged.path);
  Sha256 hash;
  std::uintmax_t bytes = 0;
  for (std::string piece; next_piece(piece);) {
    // One processor hashes a piece while the other writes it.
    const auto hashed = std::async(std::launch::async, [&] { hash.update(piece); });
    write_all(staged.handle, piece, staged.path);
    bytes += piece.size();
    hashed.wait();
  }
  const std::string sha256 = hash.hex();
  return {guard.release(), path_of(sha256), sha256, bytes, std::move(staged.lock)};
}

}  // namespace diamond
