import com.android.apksig.ApkVerifier;
import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Many runs of Debian's apksigner in one JVM, whose start would cost more than the work: tests
 * only. judges.py starts it, from this source:
 *
 *   java -cp /usr/share/java/apksigner.jar ApksignerServer.java
 *
 * A request is a line of words between tabs, an answer is a line of JSON:
 *
 *   verify FILE MIN MAX IDSIG         empty words: not given
 *     {"verified", "schemes": ["v1"...], "certificates": [SHA-256 in hex], "issues": ["NAME: text"]}
 *   sign OPTION..., rotate OPTION...  as on apksigner's command line
 *     {"done", "issues"}
 */
public class ApksignerServer {
  public static void main(String[] unused) throws Exception {
    PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    System.setOut(System.err); // what the tool says of its own must not mix with the answers
    BufferedReader requests =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = requests.readLine(); line != null; line = requests.readLine()) {
      String[] words = line.split("\t", -1);
      answers.println(words[0].equals("verify") ? verify(words) : run(words));
    }
  }

  private static String verify(String[] words) {
    ApkVerifier.Builder builder = new ApkVerifier.Builder(new File(words[1]));
    if (!words[2].isEmpty()) builder.setMinCheckedPlatformVersion(Integer.parseInt(words[2]));
    if (!words[3].isEmpty()) builder.setMaxCheckedPlatformVersion(Integer.parseInt(words[3]));
    if (!words[4].isEmpty()) builder.setV4SignatureFile(new File(words[4]));
    try {
      return report(builder.build().verify());
    } catch (Throwable problem) { // the command would end with it, and not with exit status 0
      return "{\"verified\": false, \"schemes\": [], \"certificates\": [], \"issues\": "
          + list(List.of(problem.toString())) + "}";
    }
  }

  private static String report(ApkVerifier.Result result) throws Exception {
    List<String> schemes = new ArrayList<>();
    if (result.isVerifiedUsingV1Scheme()) schemes.add("v1");
    if (result.isVerifiedUsingV2Scheme()) schemes.add("v2");
    if (result.isVerifiedUsingV3Scheme()) schemes.add("v3");
    if (result.isVerifiedUsingV4Scheme()) schemes.add("v4");
    List<String> certificates = new ArrayList<>();
    for (X509Certificate certificate : result.getSignerCertificates()) {
      certificates.add(hex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded())));
    }
    List<String> issues = new ArrayList<>();
    for (ApkVerifier.IssueWithParams issue : result.getAllErrors()) {
      issues.add(issue.getIssue().name() + ": " + issue);
    }
    for (ApkVerifier.IssueWithParams issue : v4Errors(result)) {
      issues.add(issue.getIssue().name() + ": " + issue);
    }
    return "{\"verified\": " + result.isVerified() + ", \"schemes\": " + list(schemes)
        + ", \"certificates\": " + list(certificates) + ", \"issues\": " + list(issues) + "}";
  }

  /** What is wrong with the .idsig file: version 31 finds it, and hands it to nobody. */
  private static List<ApkVerifier.IssueWithParams> v4Errors(ApkVerifier.Result result)
      throws ReflectiveOperationException {
    Field signers = ApkVerifier.Result.class.getDeclaredField("mV4SchemeSigners");
    signers.setAccessible(true);
    List<ApkVerifier.IssueWithParams> errors = new ArrayList<>();
    for (Object signer : (List<?>) signers.get(result)) {
      errors.addAll(((ApkVerifier.Result.V4SchemeSignerInfo) signer).getErrors());
    }
    return errors;
  }

  /** The tool's own entry for the verb; main() would end the JVM when something is wrong. */
  private static String run(String[] words) {
    try {
      Method verb = Class.forName("com.android.apksigner.ApkSignerTool")
          .getDeclaredMethod(words[0], String[].class);
      verb.setAccessible(true);
      verb.invoke(null, (Object) Arrays.copyOfRange(words, 1, words.length));
      return "{\"done\": true, \"issues\": []}";
    } catch (InvocationTargetException problem) {
      return "{\"done\": false, \"issues\": " + list(List.of(problem.getCause().toString())) + "}";
    } catch (ReflectiveOperationException problem) {
      return "{\"done\": false, \"issues\": " + list(List.of(problem.toString())) + "}";
    }
  }

  private static String hex(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (byte b : bytes) text.append(String.format("%02x", b));
    return text.toString();
  }

  private static String list(List<String> texts) {
    StringBuilder json = new StringBuilder("[");
    for (String text : texts) json.append(json.length() > 1 ? ", " : "").append(quoted(text));
    return json.append("]").toString();
  }

  private static String quoted(String text) {
    StringBuilder json = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      if (c == '"' || c == '\\') json.append('\\').append(c);
      else if (c < ' ' || c > '~') json.append(String.format("\\u%04x", (int) c));
      else json.append(c);
    }
    return json.append('"').toString();
  }
}
