#include <diamond/core/error.h>
#include <diamond/core/json.h>
#include <diamond/models/xgboost_collective.h>
#include <diamond/models/xgboost_error.h>
#include <diamond/models/xgboost_library.h>

#include <xgboost/c_api.h>

#include <charconv>
#include <cstdint>
#include <utility>

namespace diamond::xgboost {
namespace {

constexpr std::size_t digits_of_a_number = 9;

constexpr int operation_sum = 2;

/// The library's first version with a collective of its own instead of rabit's code, and with other
/// words and numbers for the same things.
bool is_new() {
  return library_is_since(2, 1);
}

/// The library's number for the type double.
int type_double() {
  return is_new() ? 2 : 7;
}

void check(int status, std::string_view what) {
  if (status == 0) return;
  throw WorkerError("", std::string(what) + ": " + last_error(),
                    "look at what the other workers say");
}

/// The tracker sorts workers by their names.
std::string name_of_worker(unsigned number) {
  const std::string digits = std::to_string(number);
  return "worker-" + std::string(digits_of_a_number - digits.size(), '0') + digits;
}

/// Workers wait for each other while the training deals rows out, tunes and judges: no wait of
/// theirs is too long. Who is lost is noticed by its connections.
constexpr int longest_wait = 7 * 86'400;  // seconds

Json config_of(const TrackerAddress& tracker, unsigned number) {
  if (is_new())
    return {{"dmlc_communicator", "rabit"},
            {"dmlc_tracker_uri", tracker.host},
            {"dmlc_tracker_port", tracker.port},
            {"dmlc_task_id", name_of_worker(number)},
            {"dmlc_timeout", longest_wait}};
  return {{"xgboost_communicator", "rabit"},
          {"DMLC_TRACKER_URI", tracker.host},
          {"DMLC_TRACKER_PORT", std::to_string(tracker.port)},
          {"DMLC_TASK_ID", name_of_worker(number)},
          {"rabit_timeout_sec", std::to_string(longest_wait)},
          {"rabit_enable_tcp_no_delay", "1"}};
}

}  // namespace

std::optional<TrackerAddress> parse_tracker_address(std::string_view text) {
  constexpr unsigned last_port = 65'535;
  const std::size_t colon = text.rfind(':');
  TrackerAddress address{std::string(text.substr(0, colon)), 0};
  if (address.host.empty()) return std::nullopt;
  if (colon == std::string_view::npos) return address;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data() + colon + 1, end, address.port);
  if (error != std::errc() || stop != end || address.port > last_port) return std::nullopt;
  return address;
}

std::string to_string(const TrackerAddress& address) {
  return address.host + ":" + std::to_string(address.port);
}

XgboostCollective::XgboostCollective(const TrackerAddress& tracker, unsigned number,
                                     std::chrono::seconds patience) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point last = Clock::now() + patience;
  const std::string config = config_of(tracker, number).dump();
  XGBSetGlobalConfig(R"({"verbosity": 0})");  // who has which rank is no news
  int status = XGCommunicatorInit(config.c_str());
  while (status != 0 && Clock::now() < last) status = XGCommunicatorInit(config.c_str());
  check(status, "worker " + std::to_string(number) + " does not reach the tracker at " +
                    to_string(tracker));
  rank_ = static_cast<unsigned>(XGCommunicatorGetRank());
  size_ = static_cast<unsigned>(XGCommunicatorGetWorldSize());
}

XgboostCollective::~XgboostCollective() {
  XGCommunicatorFinalize();  // where the others are gone it fails, and that is all right
}

void XgboostCollective::sum(std::span<double> values) {
  check(XGCommunicatorAllreduce(values.data(), values.size(), type_double(), operation_sum),
        "a worker was lost");
}

std::string XgboostCollective::broadcast(std::string text) {
  std::uint64_t size = text.size();
  check(XGCommunicatorBroadcast(&size, sizeof size, 0), "a worker was lost");
  text.resize(size);
  if (size > 0) check(XGCommunicatorBroadcast(text.data(), size, 0), "a worker was lost");
  return text;
}

}  // namespace diamond::xgboost
