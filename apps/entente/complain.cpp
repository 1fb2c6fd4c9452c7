#include <iostream>

#include "apps/entente/commands.hpp"

namespace entente {

int complain(int code, const std::string& message) {
  std::cerr << "entente: " << message << std::endl;
  return code;
}

}  // namespace entente
