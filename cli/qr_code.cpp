#include "cli/qr_code.hpp"

#include "process/run.hpp"

namespace hallmark {

Result<std::string> qr_code(const std::string& text, QrForm form) {
  Command command;
  command.program = "/usr/bin/qrencode";
  command.arguments = {"-t", form == QrForm::kSvg ? "SVG" : "UTF8", "-o", "-"};
  if (form == QrForm::kSvg) command.arguments.insert(command.arguments.end(), {"--inline"});
  command.stdin_text = text;
  return run_checked(command, "QR code");
}

}  // namespace hallmark
