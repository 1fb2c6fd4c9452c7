#pragma once

#include <chrono>
#include <cstddef>
#include <curl/curl.h>
#include <string>

#include "actors/runtime/probe/probe_result.hpp"
#include "messages/health.hpp"

namespace entente::runtime {

/// One connection to a port of 127.0.0.1, and maybe one GET there, by libcurl: HTTP/1.1, no
/// redirection is followed, no proxy is used, whatever the environment says. No more than 64 KB of
/// an answer are read: a longer one is judged by its status. The object stays where it is, as
/// libcurl has its address.
class net_probe {
public:
  net_probe(const tcp_probe& what, std::chrono::milliseconds timeout);
  net_probe(const http_probe& what, std::chrono::milliseconds timeout);
  net_probe(const net_probe&) = delete;
  net_probe& operator=(const net_probe&) = delete;
  ~net_probe();

  /// For a multi handle, which it must have left when this object goes. Null if memory is short.
  CURL* handle() const noexcept { return handle_; }

  /// What it has found when libcurl is done with it.
  probe_result result(CURLcode code) const;

private:
  net_probe(std::uint16_t port, const std::string& path, std::chrono::milliseconds timeout);
  static std::size_t take_body(char*, std::size_t, std::size_t count, void* self);
  static std::size_t take_head(char*, std::size_t, std::size_t count, void* self);
  bool take(std::size_t count);
  std::string why(CURLcode code) const;
  long status() const;

  CURL* handle_;
  std::chrono::milliseconds timeout_;
  bool is_http_ = false;
  std::string name_;  ///< of what is tried, for messages
  std::size_t received_ = 0;
  bool head_is_too_long_ = false;
};

}  // namespace entente::runtime
