#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <thread>

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "actors/runtime/unique_fd.hpp"

namespace entente::runtime::test {

/// A server of one thread at a free port of 127.0.0.1, as good or bad as `serve` is. That is called
/// with the descriptor of each connection, one after the other, and the head of its request.
class server {
public:
  using handler = std::function<void(int, const std::string&)>;

  explicit server(handler serve)
      : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)), serve_(std::move(serve)) {
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* address = reinterpret_cast<sockaddr*>(&where);
    socklen_t size = sizeof where;
    if (::bind(socket_.value(), address, size) != 0 || ::listen(socket_.value(), 64) != 0 ||
        ::getsockname(socket_.value(), address, &size) != 0)
      throw std::runtime_error{"cannot listen"};
    port_ = ntohs(where.sin_port);
    thread_ = std::thread{[this] { run(); }};
  }

  server(const server&) = delete;
  server& operator=(const server&) = delete;

  ~server() {
    ::shutdown(socket_.value(), SHUT_RDWR);
    thread_.join();
  }

  /// Answers everything by this text.
  static handler says(std::string answer) {
    return [answer = std::move(answer)](int connection, const std::string&) {
      send(connection, answer);
    };
  }

  /// @returns whether the other end still wants it
  static bool send(int connection, const std::string& text) {
    return ::send(connection, text.data(), text.size(), MSG_NOSIGNAL) > 0;
  }

  std::uint16_t port() const noexcept { return port_; }

private:
  void run() {
    for (;;) {
      unique_fd connection{::accept4(socket_.value(), nullptr, nullptr, SOCK_CLOEXEC)};
      if (!connection)
        return;
      serve_(connection.value(), head_of(connection.value()));
    }
  }

  static std::string head_of(int connection) {
    std::string result;
    char next = 0;
    while (result.find("\r\n\r\n") == std::string::npos && ::read(connection, &next, 1) == 1)
      result += next;
    return result;
  }

  unique_fd socket_;
  handler serve_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

}  // namespace entente::runtime::test
