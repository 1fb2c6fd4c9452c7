#pragma once

#include "config/config.hpp"
#include "config/problems.hpp"

#include <nlohmann/json.hpp>

#include <map>
#include <string>
#include <vector>

/// The kinds of values that keys have. A kind is a type with
///   `text`       whether one text says it all, so that a variable or a flag can,
///   `names`      whether it is a map with names of the user's choice, which a flag can set,
///   `read()`     reads JSON into a member or reports what was expected; a map is added to,
///   `show()`     is the reverse; null if there is nothing to show,
///   `schema()`   the JSON Schema of its values.
namespace entente {

struct one_text {
  static constexpr bool text = true;
  static constexpr bool names = false;
  static nlohmann::json schema() { return {{"type", "string"}}; }
};

struct named_texts {
  static constexpr bool text = false;
  static constexpr bool names = true;
};

struct compound {
  static constexpr bool text = false;
  static constexpr bool names = false;
};

/// The JSON Schema of an object whose entries have names of the user's choice.
nlohmann::json schema_of_entries(nlohmann::json entry);

/// Any text on one line; not empty.
struct line_kind : one_text {
  static void read(const place& at, const nlohmann::json& value, std::string& out);
  static nlohmann::json show(const std::string& value);
};

/// The name of an attribute.
struct attribute_name_kind : line_kind {
  static void read(const place& at, const nlohmann::json& value, std::string& out);
};

/// A machine as others reach it, without a port.
struct host_kind : line_kind {
  static void read(const place& at, const nlohmann::json& value, std::string& out);
};

/// Where to listen; port 0 is any free one.
struct address_kind : one_text {
  static void read(const place& at, const nlohmann::json& value, endpoint& out);
  static nlohmann::json show(const endpoint& value);
};

/// Whom to reach: a list, or one text separated by commas; not empty, no port 0.
struct addresses_kind : one_text {
  static void read(const place& at, const nlohmann::json& value, std::vector<endpoint>& out);
  static nlohmann::json show(const std::vector<endpoint>& value);
  static nlohmann::json schema();
};

/// A time-out: above zero.
struct duration_kind : one_text {
  using value_type = std::chrono::milliseconds;
  static void read(const place& at, const nlohmann::json& value, value_type& out);
  static nlohmann::json show(value_type value);
  static nlohmann::json schema();
};

/// One of a few names.
template <class Enum>
struct choice_kind : one_text {
  static void read(const place& at, const nlohmann::json& value, Enum& out);
  static nlohmann::json show(Enum value);
  static nlohmann::json schema();
};

/// What is verified; the default is nothing to show, for it means nothing without the files.
struct tls_verify_kind : choice_kind<tls_verify> {
  static nlohmann::json show(tls_verify value);
};

/// A whole number above zero.
struct count_kind : one_text {
  static void read(const place& at, const nlohmann::json& value, std::uint64_t& out);
  static nlohmann::json show(std::uint64_t value);
  static nlohmann::json schema();
};

/// How often a second, up to max_rate; 0 is no limit.
struct rate_kind : one_text {
  static void read(const place& at, const nlohmann::json& value, std::uint64_t& out);
  static nlohmann::json show(std::uint64_t value);
  static nlohmann::json schema();
};

/// A size such as `"100MB"`, above zero; kept as its text.
struct size_kind : one_text {
  static void read(const place& at, const nlohmann::json& value, std::string& out);
  static nlohmann::json show(const std::string& value);
  static nlohmann::json schema();
};

/// True or false.
struct truth_kind : compound {
  static void read(const place& at, const nlohmann::json& value, bool& out);
  static nlohmann::json show(bool value);
  static nlohmann::json schema();
};

/// A role's weight, see parse_weight().
struct weight_kind : one_text {
  static void read(const place& at, const nlohmann::json& value, double& out);
  static nlohmann::json show(double value);
  static nlohmann::json schema();
};

/// A part of a whole: above 0, at most 1, in thousandths.
struct share_kind : one_text {
  static void read(const place& at, const nlohmann::json& value, double& out);
  static nlohmann::json show(double value);
  static nlohmann::json schema();
};

/// What an agent has, see is_capacity().
struct capacities_kind : named_texts {
  static void read(const place& at, const nlohmann::json& value, resource_texts& out);
  static nlohmann::json show(const resource_texts& value);
  static nlohmann::json schema();
};

/// Scalars, see parse_quantity().
struct quantities_kind : named_texts {
  static void read(const place& at, const nlohmann::json& value, resource_texts& out);
  static nlohmann::json show(const resource_texts& value);
  static nlohmann::json schema();
};

/// Facts about an agent.
struct attributes_kind : named_texts {
  using value_type = std::map<std::string, std::string>;
  static void read(const place& at, const nlohmann::json& value, value_type& out);
  static nlohmann::json show(const value_type& value);
  static nlohmann::json schema();
};

/// From what severity on each part logs; the names are those of `log_parts`.
struct levels_kind : named_texts {
  using value_type = std::map<std::string, log_level>;
  static void read(const place& at, const nlohmann::json& value, value_type& out);
  static nlohmann::json show(const value_type& value);
  static nlohmann::json schema();
};

/// The parts that a host runs.
struct parts_kind : compound {
  static void read(const place& at, const nlohmann::json& value, std::set<part>& out);
  static nlohmann::json show(const std::set<part>& value);
  static nlohmann::json schema();
};

}  // namespace entente
