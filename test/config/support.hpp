#pragma once

#include "config/config.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>

namespace entente::test {

/// All errors of the text as a file "c.json", one per line.
inline std::string errors_of(std::string_view text) {
  std::string result;
  for (const auto& x : read_config(text, "c.json").errors())
    result += x.to_string() + "\n";
  return result;
}

/// All errors of a result, one per line.
inline std::string errors_of(const config_result& outcome) {
  std::string result;
  for (const auto& x : outcome.errors())
    result += x.to_string() + "\n";
  return result;
}

/// Checks that the text has exactly one error, at that key, with that in its message.
inline void only_error(std::string_view text, std::string_view key, std::string_view part) {
  auto errors = read_config(text, "c.json").errors();
  auto fits = errors.size() == 1 && errors[0].file == "c.json" && errors[0].key == key &&
              errors[0].message.find(part) != std::string::npos;
  BOOST_CHECK_MESSAGE(fits, text << " gives\n" << errors_of(text));
}

/// A new seed, or that of the variable ENTENTE_TEST_SEED to replay a run; printed before it is
/// used.
inline unsigned printed_seed() {
  const auto* given = std::getenv("ENTENTE_TEST_SEED");
  auto seed = given == nullptr ? std::random_device{}()
                               : static_cast<unsigned>(std::strtoul(given, nullptr, 10));
  std::cout << "ENTENTE_TEST_SEED=" << seed << std::endl;
  return seed;
}

/// The folder of the example files.
inline std::filesystem::path examples() {
  const auto* root = std::getenv("ENTENTE_SOURCE_DIR");
  return std::filesystem::path{root == nullptr ? "." : root} / "config" / "examples";
}

/// A folder that is gone with the test.
class temporary_folder {
public:
  temporary_folder() {
    auto name = (std::filesystem::temp_directory_path() / "entente-config-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr)
      throw std::runtime_error("mkdtemp");
    path_ = name;
  }

  temporary_folder(const temporary_folder&) = delete;
  temporary_folder& operator=(const temporary_folder&) = delete;

  ~temporary_folder() { std::filesystem::remove_all(path_); }

  /// Writes a file and returns its path.
  std::string write(const std::string& name, std::string_view text) const {
    std::ofstream{path_ / name, std::ios::binary} << text;
    return (path_ / name).string();
  }

  const std::filesystem::path& path() const { return path_; }

private:
  std::filesystem::path path_;
};

}  // namespace entente::test
