#include "apps/common/service.hpp"

#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <string>

#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace entente {

void notify_service_manager(std::string_view state) {
  const auto* name = std::getenv("NOTIFY_SOCKET");
  sockaddr_un address{};
  if (!name || (name[0] != '/' && name[0] != '@') || std::strlen(name) >= sizeof address.sun_path)
    return;
  address.sun_family = AF_UNIX;
  auto length = std::strlen(name);
  std::memcpy(address.sun_path, name, length);
  if (name[0] == '@')  // In the abstract name space.
    address.sun_path[0] = '\0';
  auto descriptor = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0)
    return;
  auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + length);
  ::sendto(descriptor, state.data(), state.size(), MSG_NOSIGNAL,
           reinterpret_cast<const sockaddr*>(&address), size);
  ::close(descriptor);
}

void end_with_starter() {
  const auto* starter = std::getenv(starter_variable);
  if (!starter)
    return;
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (std::to_string(::getppid()) != starter)  // It has gone before that was said.
    ::raise(SIGTERM);
}

}  // namespace entente
