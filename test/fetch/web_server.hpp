#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "actors/runtime/unique_fd.hpp"

namespace entente::runtime::test {

/// A server on this machine that answers each path as it was told, right or wrong, and closes the
/// connection; what it was told nothing for gets no answer at all.
class web_server {
public:
  web_server() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* where = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener_.value(), where, size) != 0 || ::listen(listener_.value(), 16) != 0 ||
        ::getsockname(listener_.value(), where, &size) != 0)
      throw std::runtime_error{"cannot listen"};
    port_ = ntohs(address.sin_port);
    thread_ = std::thread{[this] { serve(); }};
  }

  web_server(const web_server&) = delete;
  web_server& operator=(const web_server&) = delete;

  ~web_server() {
    ::eventfd_write(stop_.value(), 1);
    thread_.join();
  }

  /// A body that is all there.
  void answer(const std::string& path, const std::string& body) {
    reply(path,
          "HTTP/1.0 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  }
  void redirect(const std::string& path, const std::string& to) {
    reply(path, "HTTP/1.0 302 Found\r\nLocation: " + to + "\r\nContent-Length: 0\r\n\r\n");
  }
  /// These bytes.
  void reply(const std::string& path, const std::string& bytes) {
    std::lock_guard guard{mutex_};
    replies_[path] = bytes;
  }

  std::string uri(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
  }
  /// How many requests have come.
  int requests() const { return requests_; }

private:
  void serve() {
    for (;;) {
      pollfd wanted[2]{{listener_.value(), POLLIN, 0}, {stop_.value(), POLLIN, 0}};
      ::poll(wanted, 2, -1);
      if (wanted[1].revents != 0)
        return;
      unique_fd client{::accept4(listener_.value(), nullptr, nullptr, SOCK_CLOEXEC)};
      if (client)
        serve(std::move(client));
    }
  }

  void serve(unique_fd client) {
    std::string request(4096, '\0');
    auto count = ::recv(client.value(), request.data(), request.size(), 0);
    if (count <= 0)
      return;
    ++requests_;
    auto begin = request.find(' ') + 1;
    std::lock_guard guard{mutex_};
    auto found = replies_.find(request.substr(begin, request.find(' ', begin) - begin));
    if (found == replies_.end())
      silent_.push_back(std::move(client));
    else
      ::send(client.value(), found->second.data(), found->second.size(), MSG_NOSIGNAL);
  }

  unique_fd listener_;
  unique_fd stop_{::eventfd(0, EFD_CLOEXEC)};
  std::uint16_t port_ = 0;
  std::mutex mutex_;
  std::map<std::string, std::string> replies_;
  std::vector<unique_fd> silent_;
  std::atomic<int> requests_{0};
  std::thread thread_;
};

}  // namespace entente::runtime::test
