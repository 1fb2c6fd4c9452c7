#include "apps/entente/ready_socket.hpp"

#include <array>
#include <cerrno>
#include <cstddef>
#include <string_view>
#include <sys/socket.h>
#include <sys/un.h>
#include <system_error>

namespace entente {

ready_socket::ready_socket()
    : socket_{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)} {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  auto* where = reinterpret_cast<sockaddr*>(&address);
  // Without a name: the system finds one in the abstract name space (unix(7), autobind).
  socklen_t size = sizeof address.sun_family;
  if (!socket_ || ::bind(socket_.value(), where, size) != 0)
    throw std::system_error{errno, std::generic_category(), "a socket for readiness"};
  size = sizeof address;
  ::getsockname(socket_.value(), where, &size);
  name_.assign(address.sun_path, size - offsetof(sockaddr_un, sun_path));
  name_.front() = '@';
}

bool ready_socket::take() {
  auto is_ready = false;
  std::array<char, 4096> text;
  for (;;) {
    auto count = ::recv(socket_.value(), text.data(), text.size(), 0);
    if (count < 0)
      return is_ready;
    auto said = '\n' + std::string{text.data(), static_cast<std::size_t>(count)} + '\n';
    is_ready = is_ready || said.find("\nREADY=1\n") != said.npos;
  }
}

}  // namespace entente
