// The file of keys on the disk.
#pragma once

#include "api_keys.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace diamond::serve {

/// The text of the file. Throws UsageError where it cannot be read, or is no file that can be read
/// twice.
[[nodiscard]] std::string read_key_file(const std::filesystem::path& file);

/// Adds a key; makes the file, for its owner's eyes only, where there is none. Throws UsageError
/// where its name is taken or the file is not as it must be; then it is left as it is.
void add_key(const std::filesystem::path& file, const ApiKey& key);

/// Throws UsageError where there is no key of this name, or the file is not as it must be.
void remove_key(const std::filesystem::path& file, std::string_view name);

}  // namespace diamond::serve
