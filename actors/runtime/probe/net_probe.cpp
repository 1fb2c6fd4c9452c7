#include "actors/runtime/probe/net_probe.hpp"

#include <cstring>

#include "config/units.hpp"

namespace entente::runtime {

namespace {

constexpr std::size_t most_read = 64 * 1024;

}  // namespace

std::string too_long(std::chrono::milliseconds timeout) {
  return "it took longer than " + format_duration(timeout);
}

net_probe::net_probe(std::uint16_t port, const std::string& path, std::chrono::milliseconds timeout)
    : handle_(::curl_easy_init()), timeout_(timeout) {
  if (handle_ == nullptr)
    return;
  auto url = "http://127.0.0.1:" + std::to_string(port) + path;
  ::curl_easy_setopt(handle_, CURLOPT_URL, url.c_str());
  ::curl_easy_setopt(handle_, CURLOPT_PROXY, "");
  ::curl_easy_setopt(handle_, CURLOPT_NOSIGNAL, 1L);
  ::curl_easy_setopt(handle_, CURLOPT_FRESH_CONNECT, 1L);
  ::curl_easy_setopt(handle_, CURLOPT_FORBID_REUSE, 1L);
  ::curl_easy_setopt(handle_, CURLOPT_TIMEOUT_MS, static_cast<long>(timeout.count()));
}

net_probe::net_probe(const tcp_probe& what, std::chrono::milliseconds timeout)
    : net_probe(what.port, "/", timeout) {
  name_ = "port " + std::to_string(what.port);
  ::curl_easy_setopt(handle_, CURLOPT_CONNECT_ONLY, 1L);
}

net_probe::net_probe(const http_probe& what, std::chrono::milliseconds timeout)
    : net_probe(what.port, what.path, timeout) {
  is_http_ = true;
  name_ = "GET " + what.path + " at port " + std::to_string(what.port);
  ::curl_easy_setopt(handle_, CURLOPT_PATH_AS_IS, 1L);
  ::curl_easy_setopt(handle_, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  ::curl_easy_setopt(handle_, CURLOPT_USERAGENT, "entente-health-check");
  ::curl_easy_setopt(handle_, CURLOPT_WRITEFUNCTION, &net_probe::take_body);
  ::curl_easy_setopt(handle_, CURLOPT_WRITEDATA, this);
  ::curl_easy_setopt(handle_, CURLOPT_HEADERFUNCTION, &net_probe::take_head);
  ::curl_easy_setopt(handle_, CURLOPT_HEADERDATA, this);
}

net_probe::~net_probe() {
  ::curl_easy_cleanup(handle_);
}

bool net_probe::take(std::size_t count) {
  received_ += count;
  return received_ <= most_read;
}

std::size_t net_probe::take_body(char*, std::size_t, std::size_t count, void* self) {
  return static_cast<net_probe*>(self)->take(count) ? count : 0;
}

std::size_t net_probe::take_head(char*, std::size_t, std::size_t count, void* self) {
  auto* probe = static_cast<net_probe*>(self);
  probe->head_is_too_long_ = !probe->take(count);
  return probe->head_is_too_long_ ? 0 : count;
}

long net_probe::status() const {
  long result = 0;
  ::curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &result);
  return result;
}

std::string net_probe::why(CURLcode code) const {
  long errno_then = 0;
  ::curl_easy_getinfo(handle_, CURLINFO_OS_ERRNO, &errno_then);
  if (code == CURLE_OPERATION_TIMEDOUT)
    return too_long(timeout_);
  if (head_is_too_long_)
    return "the head of its answer is too long";
  if (code == CURLE_COULDNT_CONNECT && errno_then != 0)
    return std::strerror(static_cast<int>(errno_then));
  return ::curl_easy_strerror(code);
}

probe_result net_probe::result(CURLcode code) const {
  auto enough = is_http_ && code == CURLE_WRITE_ERROR && !head_is_too_long_;
  if (code != CURLE_OK && !enough)
    return {false, name_ + ": " + why(code)};
  if (!is_http_)
    return {true, name_ + ": connected"};
  auto answer = status();
  return {answer >= 200 && answer < 400, name_ + ": answered by status " + std::to_string(answer)};
}

}  // namespace entente::runtime
