#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "actors/runtime/failure.hpp"

/// What the program `entente-fetch` is told to do. What is wrong with it is found here, so that who
/// asks for it can be told at once.
namespace entente::runtime {

/// A file that is to be in a sandbox; see `artifact` of the messages.
struct fetch_item {
  std::string uri;
  std::string sha256{};
  std::string name{};
  bool extract = true;
  bool executable = false;

  friend bool operator==(const fetch_item&, const fetch_item&) = default;
};

/// What an item means.
struct fetch_plan {
  bool is_local = false;
  std::string from;    ///< a path if it is local, else a URI
  std::string shown;   ///< the URI without a password, for messages
  std::string sha256;  ///< in small letters; empty: not known
  /// Below the sandbox; none of its parts is empty, `.` or `..`.
  std::filesystem::path name;
  bool is_archive = false;  ///< and is to be unpacked
  bool executable = false;
};

/// @returns what is to be done, or what is wrong, in words for whoever wrote the item.
std::variant<fetch_plan, failure> plan_of(const fetch_item& x);

/// Whether an entry of that name directly in a sandbox is kept for the task's output.
bool is_output_name(std::string_view name);

struct fetch_limits {
  std::uint64_t file_bytes = std::uint64_t{10} << 30;   ///< of one file, and of what it unpacks to
  std::uint64_t cache_bytes = std::uint64_t{10} << 30;  ///< of the whole cache
  std::chrono::milliseconds time{std::chrono::hours{1}};       ///< for one file
  std::chrono::milliseconds silence{std::chrono::minutes{1}};  ///< without a byte of it
  std::uint64_t sandbox_bytes = 0;  ///< of all that the sandbox has then; 0: no limit

  friend bool operator==(const fetch_limits&, const fetch_limits&) = default;
};

struct fetch_job {
  std::filesystem::path sandbox;
  std::filesystem::path cache;  ///< is made if it is not there
  fetch_limits limits;
  std::vector<fetch_item> items;

  friend bool operator==(const fetch_job&, const fetch_job&) = default;
};

/// As JSON; it may hold passwords.
std::string to_text(const fetch_job& x);
std::variant<fetch_job, failure> parse_fetch_job(const std::string& text);

}  // namespace entente::runtime
