#include "key_file.h"

#include <diamond/core/error.h>
#include <diamond/core/file.h>
#include <diamond/core/file_lock.h>
#include <diamond/core/spelling.h>

#include <algorithm>

namespace diamond::serve {
namespace {

namespace fs = std::filesystem;

/// What a link leads to: the link stays one when the file is replaced.
fs::path target_of(const fs::path& file) {
  std::error_code ignored;
  return fs::is_symlink(file, ignored) ? fs::canonical(file, ignored) : file;
}

/// Has the keys changed by one process at a time; readers find the old file or the new one.
template <class Change>
void change(const fs::path& named, const Change& change_keys) {
  const fs::path file = target_of(named);
  if (file.has_parent_path()) make_directory(file.parent_path());
  const FileLock lock = FileLock::take(file.string() + ".lock");
  std::vector<ApiKey> keys;
  if (fs::exists(file)) keys = parse_api_keys(read_key_file(file), file.string());
  change_keys(keys);
  replace_private_file(file, to_text(keys));
}

auto with_name(const std::vector<ApiKey>& keys, std::string_view name) {
  return std::find_if(keys.begin(), keys.end(),
                      [name](const ApiKey& key) { return key.name == name; });
}

std::string remedy_for(std::string_view name, const std::vector<ApiKey>& keys) {
  std::vector<std::string_view> names;
  names.reserve(keys.size());
  for (const ApiKey& key : keys) names.emplace_back(key.name);
  const std::string_view meant = nearest_word(name, names);
  if (!meant.empty()) return "did you mean " + printable(meant, 64) + "?";
  return "diamond-serve keys list shows those that there are";
}

}  // namespace

std::string read_key_file(const fs::path& file) {
  try {
    const fs::file_status status = fs::status(file);
    if (fs::exists(status) && !fs::is_regular_file(status) && !fs::is_directory(status))
      throw UsageError(file.string(), "this is no file that can be read twice",
                       "write the keys into a file on the disk");
    return read_file(file);
  } catch (const StorageError& error) {
    throw UsageError("", error.what(), "");
  } catch (const fs::filesystem_error& error) {
    throw UsageError(file.string(), "cannot be read: " + error.code().message(),
                     "check the path and its permissions");
  }
}

void add_key(const fs::path& file, const ApiKey& key) {
  change(file, [&](std::vector<ApiKey>& keys) {
    if (with_name(keys, key.name) != keys.end())
      throw UsageError(file.string(), "there is a key " + printable(key.name, 64) + " already",
                       "take another name, or remove that one first");
    keys.push_back(key);
  });
}

void remove_key(const fs::path& file, std::string_view name) {
  // Before there is a lock file beside a file that is not there.
  static_cast<void>(read_key_file(file));
  change(file, [&](std::vector<ApiKey>& keys) {
    const auto found = with_name(keys, name);
    if (found == keys.end())
      throw UsageError(file.string(), "there is no key " + printable(name, 64),
                       remedy_for(name, keys));
    keys.erase(found);
  });
}

}  // namespace diamond::serve
