{{/* Name of the objects. */}}
{{- define "ecs-iam-controller.fullname" -}}
{{- if .Values.fullnameOverride }}{{ .Values.fullnameOverride | trunc 40 | trimSuffix "-" }}
{{- else if contains .Chart.Name .Release.Name }}{{ .Release.Name | trunc 40 | trimSuffix "-" }}
{{- else }}{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 40 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{/* Labels by which the pods are found. The name follows the release, so that two releases in a namespace stay apart. */}}
{{- define "ecs-iam-controller.selector" -}}
app.kubernetes.io/name: {{ include "ecs-iam-controller.fullname" . }}
app.kubernetes.io/component: manager
{{- end }}

{{/* Labels of every object. */}}
{{- define "ecs-iam-controller.labels" -}}
app.kubernetes.io/part-of: ecs-iam-controller
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{- define "ecs-iam-controller.serviceAccountName" -}}
{{- if .Values.serviceAccount.name }}{{ .Values.serviceAccount.name }}
{{- else if .Values.serviceAccount.create }}{{ include "ecs-iam-controller.fullname" . }}
{{- else }}default
{{- end }}
{{- end }}

{{/* Name of the leader's lease: example.com/team-a has team-a.example.com. */}}
{{- define "ecs-iam-controller.leaseName" -}}
{{- $parts := splitList "/" (.Values.controllerName | default "ecsiam.dev/controller") }}
{{- printf "%s.%s" (last $parts) (first $parts) }}
{{- end }}

{{- define "ecs-iam-controller.image" -}}
{{- if .Values.image.digest }}{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else }}{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}
{{- end }}

{{/* The endpoint that a ServiceMonitor and a PodMonitor share. */}}
{{- define "ecs-iam-controller.endpoint" -}}
port: metrics
path: /metrics
scheme: https
# The controller signs its certificate itself; the token protects the metrics.
tlsConfig:
  insecureSkipVerify: true
{{- end }}
