#pragma once

#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include <sys/types.h>

namespace entente::runtime {

/// The line of /proc/PID/stat, whose fields proc(5) numbers from 1. The second, the program's name,
/// may have any character, so only those after it are there.
class process_stat {
public:
  explicit process_stat(pid_t pid) {
    std::ifstream file{"/proc/" + std::to_string(pid) + "/stat"};
    std::string line;
    std::getline(file, line, '\0');  // An iterator would throw if the process ends meanwhile.
    std::istringstream rest{line.substr(line.rfind(')') + 1)};
    fields_.assign(std::istream_iterator<std::string>{rest}, {});
  }

  /// @returns whether the fields up to that number are there; none are of a process that is gone.
  bool has(std::size_t number) const { return fields_.size() + first > number; }
  /// @pre has(number), number > 2
  const std::string& field(std::size_t number) const { return fields_.at(number - first); }

private:
  static constexpr std::size_t first = 3;
  std::vector<std::string> fields_;
};

}  // namespace entente::runtime
