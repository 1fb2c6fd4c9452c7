#pragma once

#include "actors/runtime/log_event.hpp"

#include <chrono>
#include <string>

/// How events become lines of the log. Whatever is in an event, it is one line, of characters that
/// do nothing to a terminal, and no text in it can pass for another field or another line.
namespace entente {

/// Longer values are cut at a character's end, and have "..." behind.
constexpr std::size_t longest_log_value = 2000;  // bytes

/// `2026-11-23T22:45:45.123Z info master event=agent_registered agent=a1 hostname=node1`
///
/// A value that is empty, or has other characters than printable ASCII without space, `"`, `=` and
/// `\`, is in quotes. In quotes `\"`, `\\`, `\n`, `\r`, `\t` and `\uHHHH` are as in JSON: control
/// characters and those that break or turn lines; `\xHH` is a byte that is not UTF-8.
std::string text_line(std::chrono::system_clock::time_point when, const log_event& x);

/// `{"time":"2026-11-23T22:45:45.123Z","level":"info","part":"master","event":"agent_registered",
/// "agent":"a1"}`, all in ASCII. What is not UTF-8 is U+FFFD.
std::string json_line(std::chrono::system_clock::time_point when, const log_event& x);

}  // namespace entente
