#pragma once

#include <ostream>
#include <string>
#include <vector>

namespace entente {

/// Prints rows in columns that are as wide as their widest cell; the first row is the head.
void print_table(std::ostream& out, const std::vector<std::vector<std::string>>& rows);

}  // namespace entente
