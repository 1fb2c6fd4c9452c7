#include "actors/runtime/fetch/download.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <memory>

#include <curl/curl.h>

namespace entente::runtime {

namespace {

constexpr long most_redirects = 5;
constexpr long connect_seconds = 30;

std::size_t on_bytes(char* bytes, std::size_t, std::size_t count, void* to) {
  return static_cast<sink*>(to)->take({bytes, count}) ? count : 0;
}

int on_progress(void* to, curl_off_t expected, curl_off_t, curl_off_t, curl_off_t) {
  static_cast<sink*>(to)->expect(static_cast<std::uint64_t>(std::max<curl_off_t>(expected, 0)));
  return 0;
}

/// Nothing but http and https, also after a redirect.
void allow_web_only(CURL* handle) {
#if LIBCURL_VERSION_NUM >= 0x075500
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
#else
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS, CURLPROTO_HTTP | CURLPROTO_HTTPS);
  curl_easy_setopt(handle, CURLOPT_REDIR_PROTOCOLS, CURLPROTO_HTTP | CURLPROTO_HTTPS);
#endif
}

void bound_time(CURL* handle, const fetch_limits& limits) {
  using std::chrono::ceil;
  using std::chrono::seconds;
  auto silence = std::max<long>(1, static_cast<long>(ceil<seconds>(limits.silence).count()));
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(limits.time.count()));
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT, std::min(connect_seconds, silence));
  curl_easy_setopt(handle, CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt(handle, CURLOPT_LOW_SPEED_TIME, silence);
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
}

std::string words_for(CURL* handle, CURLcode code, const char* details) {
  long status = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  if (code == CURLE_HTTP_RETURNED_ERROR)
    return "the server has answered " + std::to_string(status);
  return *details != '\0' ? details : curl_easy_strerror(code);
}

}  // namespace

std::optional<failure> download(const std::string& uri, const fetch_limits& limits, sink& to) {
  std::unique_ptr<CURL, void (*)(CURL*)> owner{curl_easy_init(), curl_easy_cleanup};
  auto* handle = owner.get();
  if (!handle)
    return failure{ENOMEM, "the HTTP library cannot be used"};
  std::array<char, CURL_ERROR_SIZE> details{};
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, details.data());
  curl_easy_setopt(handle, CURLOPT_URL, uri.c_str());
  curl_easy_setopt(handle, CURLOPT_USERAGENT, "entente-fetch");
  curl_easy_setopt(handle, CURLOPT_FAILONERROR, 1L);
  curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(handle, CURLOPT_MAXREDIRS, most_redirects);
  allow_web_only(handle);
  bound_time(handle, limits);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, on_bytes);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &to);
  curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, on_progress);
  curl_easy_setopt(handle, CURLOPT_XFERINFODATA, &to);
  auto code = curl_easy_perform(handle);
  if (to.why())
    return to.why();
  if (code != CURLE_OK)
    return failure{EIO, words_for(handle, code, details.data())};
  return std::nullopt;
}

}  // namespace entente::runtime
