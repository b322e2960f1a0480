// cpp-httplib's own loop with a handler that does nothing: what a server on it gives at best.
// empty_httplib PORT THREADS
#include <httplib.h>

#include <cstdlib>
#include <iostream>

int main(int count, char** words) {
  if (count != 3) {
    std::cerr << "empty_httplib PORT THREADS\n";
    return 2;
  }
  httplib::Server server;
  server.new_task_queue = [threads = std::strtoul(words[2], nullptr, 10)] {
    return new httplib::ThreadPool(threads);  // its way
  };
  server.set_tcp_nodelay(true);
  server.set_keep_alive_max_count(100'000'000);
  server.Post("/predict", [](const httplib::Request& /*request*/, httplib::Response& response) {
    response.set_content("{}", "application/json");
  });
  return server.listen("127.0.0.1", std::atoi(words[1])) ? 0 : 1;
}
