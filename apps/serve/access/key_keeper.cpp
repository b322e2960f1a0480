#include "key_keeper.h"

#include "key_file.h"

#include <chrono>
#include <utility>

namespace diamond::serve {

namespace {

using namespace std::chrono_literals;

constexpr auto look_every = 500ms;

}  // namespace

KeyKeeper::KeyKeeper(std::filesystem::path file, Log& log)
    : file_(std::move(file)),
      log_(log),
      trouble_(log, "the file of keys is not in order: the old keys stay in force",
               "the file of keys is in order again") {
  put_in_force(read_key_file(file_));
  watcher_ = Periodic(look_every, [this](const std::stop_token& /*stop*/) {
    refresh();
    return look_every;
  });
}

std::shared_ptr<const KeyRing> KeyKeeper::current() const {
  const std::lock_guard lock(mutex_);
  return current_;
}

/// The text itself is compared: times and sizes stay the same where two changes are quick.
void KeyKeeper::refresh() {
  const std::lock_guard lock(refreshing_);
  try {
    std::string text = read_key_file(file_);
    if (text != text_) put_in_force(std::move(text));
    trouble_.end();
  } catch (const std::exception& error) {
    trouble_.meet(error.what());
  }
}

void KeyKeeper::put_in_force(std::string text) {
  auto ring = std::make_shared<const KeyRing>(parse_api_keys(text, file_.string()), *current());
  text_ = std::move(text);
  const std::size_t count = ring->size();
  {
    const std::lock_guard lock(mutex_);
    current_ = std::move(ring);
  }
  log_.info("keys in force", {{"file", file_.string()}, {"keys", count}});
}

}  // namespace diamond::serve
